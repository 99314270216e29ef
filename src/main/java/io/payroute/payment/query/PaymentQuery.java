package io.payroute.payment.query;

import java.util.Arrays;

import org.apache.camel.Message;

import io.payroute.http.ProblemException;
import io.payroute.payment.model.PaymentStatus;

/**
 * What {@code GET /api/v1/payments} is asked for.
 *
 * @param userId null for all users
 * @param status null for all states
 * @param limit 1 to 100
 * @param after null for the first page
 */
record PaymentQuery(String userId, PaymentStatus status, int limit, PageCursor after) {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    /** @throws ProblemException 422 naming the bad parameter, 403 for another user's payments */
    static PaymentQuery of(Message message) {
        Confined confined = Confined.to(message);
        String userId = parameter(message, "user_id");
        if (userId == null) {
            userId = confined.user();
        } else {
            confined.check(userId);
        }
        String cursor = parameter(message, "cursor");
        return new PaymentQuery(userId, status(parameter(message, "status")), limit(parameter(message, "limit")),
                cursor == null ? null : PageCursor.decode(cursor));
    }

    private static PaymentStatus status(String word) {
        for (PaymentStatus status : PaymentStatus.values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        if (word != null) {
            throw ProblemException.validation("status", "status",
                    "status must be one of " + Arrays.stream(PaymentStatus.values()).map(PaymentStatus::word).toList() + ".");
        }
        return null;
    }

    private static int limit(String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        if (text.matches("[0-9]{1,3}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        }
        throw ProblemException.validation("limit", "out_of_range", "limit must be a whole number from 1 to " + MAX_LIMIT + ".");
    }

    /** A parameter that is given twice arrives as a list. */
    private static String parameter(Message message, String name) {
        Object value = message.getHeader(name);
        if (value == null || value instanceof String) {
            String text = (String) value;
            if (text != null && (text.isEmpty() || text.length() > 200 || text.indexOf('\0') >= 0)) {
                throw ProblemException.validation(name, "text", name + " must have 1 to 200 characters.");
            }
            return text;
        }
        throw ProblemException.validation(name, "repeated", name + " must be given once.");
    }
}
