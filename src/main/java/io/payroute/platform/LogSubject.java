package io.payroute.platform;

import java.util.regex.Pattern;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What something is about, in the words of the log: {@code  paymentId=... eventId=...}, each with a space in front. */
@FunctionalInterface
public interface LogSubject {

    /** Exchange property that holds the subject, where the message is none itself. */
    String PROPERTY = "payroute.logSubject";
    /** An id that came from outside may say anything; one that cannot be an id is left out. */
    Pattern ID = Pattern.compile("[A-Za-z0-9._:/-]{1,100}");

    String logIds();

    /** @return empty when there is no such id, or it is none */
    static String id(String name, Object value) {
        String text = value == null ? "" : value.toString();
        return ID.matcher(text).matches() ? ' ' + name + '=' + text : "";
    }

    /** @return empty when nothing is known of it */
    static String of(Exchange exchange) {
        Message message = exchange.getMessage();
        LogSubject subject = message instanceof LogSubject own ? own : exchange.getProperty(PROPERTY, LogSubject.class);
        return subject == null ? "" : subject.logIds();
    }

    static void set(Exchange exchange, LogSubject subject) {
        exchange.setProperty(PROPERTY, subject);
    }
}
