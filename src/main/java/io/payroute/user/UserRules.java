package io.payroute.user;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

import io.payroute.platform.EmailAddress;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.http.JsonText;

/** What may be an e-mail address, a password, a name. No message says what was sent. */
final class UserRules {

    static final int MIN_PASSWORD = 10;
    static final int MAX_PASSWORD = 128;
    static final int MAX_NAME = 100;

    private static final int MAX_TOKEN = 200;
    /** Of an address of IPv6, whoever has one has all with the same first half. */
    private static final int PREFIX = 8;
    /** Digits alone: a name in its place would be looked up. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private UserRules() {
    }

    static String email(String text) {
        required("email", text);
        if (!EmailAddress.isValid(text)) {
            throw Refusal.invalid("email", "email", "email must be one e-mail address");
        }
        return text;
    }

    /** By which an account is found: the same for every way to write its letters. */
    static String canonical(String email) {
        return email.toLowerCase(Locale.ROOT);
    }

    static String name(String text) {
        String name = text.strip();
        required("name", name);
        if (length(name) > MAX_NAME || !JsonText.isClean(name)) {
            throw Refusal.invalid("name", "name",
                    "name must have at most " + MAX_NAME + " characters, and no control characters");
        }
        return name;
    }

    /** A new one, in the form in which it is hashed. */
    static String newPassword(String text, String email) {
        required("password", text);
        String password = normal(text);
        if (length(password) < MIN_PASSWORD || length(password) > MAX_PASSWORD) {
            throw Refusal.invalid("password", "password",
                    "password must have " + MIN_PASSWORD + " to " + MAX_PASSWORD + " characters");
        }
        if (canonical(password).equals(canonical(email))) {
            throw Refusal.invalid("password", "password_email", "password must not be the e-mail address");
        }
        return password;
    }

    /** One to be compared. What no password can be is no reason to tell: it is wrong. */
    static String password(String text) {
        required("password", text);
        return text.length() > 4 * MAX_PASSWORD ? "" : normal(text);
    }

    /** The same characters however a keyboard composes them (NFC). */
    private static String normal(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    static UUID userId(String text) {
        required("user_id", text);
        try {
            return Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("user_id", "uuid", "user_id must be a UUID");
        }
    }

    static String refreshToken(String text) {
        required("refresh_token", text);
        if (length(text) > MAX_TOKEN) {
            throw Refusal.invalid("refresh_token", "too_long", "refresh_token must have at most " + MAX_TOKEN + " characters");
        }
        return text;
    }

    /** The caller's own caller, as one attempts to log in are counted for; null when nobody said where that is. */
    static String source(String clientAddress) {
        if (clientAddress.isEmpty()) {
            return null;
        }
        try {
            if (ADDRESS.matcher(clientAddress).matches()) {
                byte[] bytes = InetAddress.getByName(clientAddress).getAddress();
                return InetAddress.getByAddress(bytes.length == 4 ? bytes : Arrays.copyOf(Arrays.copyOf(bytes, PREFIX), 16))
                        .getHostAddress();
            }
        } catch (UnknownHostException e) {
            // said below
        }
        throw Refusal.invalid("client_address", "address", "client_address must be an IP address");
    }

    private static void required(String field, String text) {
        if (text.isBlank()) {
            throw Refusal.invalid(field, "required", field + " is required");
        }
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
