package io.payroute.payment.query;

import org.apache.camel.Message;

import io.payroute.payment.model.Payment;
import io.payroute.platform.Refusal;

/**
 * Whose payments a caller may see and make: everybody's, or those of the one user that he is. The edge tells by a header that no
 * client can set.
 *
 * @param user null when the caller may see all
 */
public record Confined(String user) {

    public static Confined to(Message message) {
        return new Confined(message.getHeader(PaymentHandler.USER, String.class));
    }

    /** @throws Refusal 403 when the caller may not act for this user */
    public void check(String userId) {
        if (!sees(userId)) {
            throw Refusal.forbidden("You may see and make your own payments only.");
        }
    }

    boolean sees(String userId) {
        return user == null || user.equals(userId);
    }

    /** Another's payment is answered like one that does not exist, so that nobody learns which ids there are. */
    boolean sees(Payment payment) {
        return sees(payment.userId());
    }
}
