package io.payroute.notification;

import io.vertx.core.json.JsonObject;

/**
 * A notification to be stored.
 *
 * @param kind {@code email}, {@code sms} or a kind of the team's own
 * @param dedupeKey storing it twice has one effect
 * @param address where to, or null when it is skipped
 * @param fields what the template needs
 * @param skipped why it is not sent, or null when it is
 */
record NewNotification(String kind, String dedupeKey, String userId, String address, String subject, String template,
        JsonObject fields, String skipped) {

    static final String EMAIL = "email";
    static final String SMS = "sms";

    /** Whether its recipient may get only so many; where a team's own kind goes, no payer chooses. */
    boolean isLimited() {
        return kind.equals(EMAIL) || kind.equals(SMS);
    }

    String status() {
        return skipped == null ? "queued" : "skipped";
    }
}
