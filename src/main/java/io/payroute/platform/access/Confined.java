package io.payroute.platform.access;

import org.apache.camel.Message;

import io.payroute.platform.Refusal;

/**
 * Whose data a caller may see and make: everybody's, or those of the one user that he is. The edge tells by a header that no
 * client can set.
 *
 * @param user null when the caller may see all
 */
public record Confined(String user) {

    public static Confined to(Message message) {
        return new Confined(message.getHeader(AccessGuard.USER_HEADER, String.class));
    }

    /**
     * For what is about all users.
     *
     * @throws Refusal in these words, when the caller is one user
     */
    public static void refuse(Message message, String why) {
        if (to(message).user != null) {
            throw Refusal.forbidden(why);
        }
    }

    /** @throws Refusal when the caller may not act for this user */
    public void check(String userId) {
        if (!sees(userId)) {
            throw Refusal.forbidden("You may see and make only what is your own.");
        }
    }

    public boolean sees(String userId) {
        return user == null || user.equals(userId);
    }
}
