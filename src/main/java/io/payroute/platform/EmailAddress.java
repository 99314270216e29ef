package io.payroute.platform;

import java.util.regex.Pattern;

/** One rule for every e-mail address that comes from outside, so that what is accepted with a payment can be written to. */
public final class EmailAddress {

    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern EMAIL = Pattern
            .compile("(?=.{3,254}$)(?=[^@]{1,64}@)" + ATOM + "(?:\\." + ATOM + ")*@" + LABEL + "(?:\\." + LABEL + ")+");

    private EmailAddress() {
    }

    /** One recipient, as RFC 5321 writes it without quotes, comments or international letters. */
    public static boolean isValid(String address) {
        return EMAIL.matcher(address).matches();
    }
}
