package io.payroute.notification;

import java.util.regex.Pattern;

import io.payroute.platform.EmailAddress;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.http.JsonText;

/**
 * What may be an address, a number, a line of text. Strict on purpose: what passes can neither add a header nor a recipient to a
 * mail.
 */
final class Rules {

    static final int MAX_SUBJECT = 200;
    static final int MAX_BODY = 64 * 1024;
    static final int MAX_SMS = 1600;
    static final int MAX_ID = 200;

    private static final Pattern E164 = Pattern.compile("\\+[1-9]\\d{6,14}");
    private static final Pattern PLAIN_LOCAL_PART = Pattern.compile("[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*");

    private Rules() {
    }

    /** One recipient, as RFC 5321 writes it without quotes, comments or international letters. */
    static boolean isEmail(String address) {
        return EmailAddress.isValid(address);
    }

    static String email(String field, String address) {
        if (!isEmail(address)) {
            throw Refusal.invalid(field, "email", field + " must be one e-mail address");
        }
        return address;
    }

    static String phoneNumber(String field, String number) {
        if (!E164.matcher(number).matches()) {
            throw Refusal.invalid(field, "phone_number", field + " must be an E.164 number such as +4915112345678");
        }
        return number;
    }

    /** Where a message of this kind goes; of a team's own kind its route alone knows what an address is. */
    static String address(String kind, String field, String address) {
        return switch (kind) {
            case NewNotification.EMAIL -> email(field, address);
            case NewNotification.SMS -> phoneNumber(field, address);
            default -> requiredLine(field, address, MAX_ID);
        };
    }

    /** Text without line breaks and other control characters. */
    static String line(String field, String text, int maxLength) {
        if (text.codePointCount(0, text.length()) > maxLength) {
            throw Refusal.invalid(field, "too_long", field + " must have at most " + maxLength + " characters");
        }
        if (!JsonText.isClean(text)) {
            throw Refusal.invalid(field, "text", field + " must not contain line breaks or control characters");
        }
        return text;
    }

    /** A payment's id, or nothing. */
    static String paymentId(String field, String text) {
        try {
            return text.isEmpty() ? text : Ids.parse(text).toString();
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(field, "uuid", field + " must be a UUID");
        }
    }

    static String requiredLine(String field, String text, int maxLength) {
        if (text.isBlank()) {
            throw Refusal.invalid(field, "required", field + " is required");
        }
        return line(field, text, maxLength);
    }

    /** Text of several lines. */
    static String text(String field, String text, int maxLength) {
        if (text.isBlank()) {
            throw Refusal.invalid(field, "required", field + " is required");
        }
        if (text.codePointCount(0, text.length()) > maxLength) {
            throw Refusal.invalid(field, "too_long", field + " must have at most " + maxLength + " characters");
        }
        if (text.indexOf('\0') >= 0) {
            throw Refusal.invalid(field, "text", field + " must not contain the character 0");
        }
        return text;
    }

    /** The mailbox of a user who gave no address, in a domain that never leaves the machine (RFC 2606). */
    static String testAddress(String userId) {
        boolean plain = userId.length() <= 64 && PLAIN_LOCAL_PART.matcher(userId).matches();
        return (plain ? userId : sanitised(userId)) + "@customers.test";
    }

    private static String sanitised(String userId) {
        String local = userId.replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^-+|-+$", "");
        return local.isEmpty() ? "customer" : local.substring(0, Math.min(64, local.length()));
    }
}
