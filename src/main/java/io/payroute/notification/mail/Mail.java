package io.payroute.notification.mail;

/**
 * A mail to one recipient, ready to be sent.
 *
 * @param messageId with its angle brackets
 * @param text for readers without HTML
 */
public record Mail(String to, String from, String subject, String messageId, String text, String html) {
}
