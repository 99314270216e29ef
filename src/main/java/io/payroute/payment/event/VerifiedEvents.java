package io.payroute.payment.event;

import java.util.List;

/**
 * The events of one request whose signature holds. Nothing outside this package can make one, so that no route, whoever writes
 * it, gets an unsigned event stored.
 *
 * @param answer what the provider wants to read
 */
record VerifiedEvents(String provider, List<ReceivedEvent> events, String answer) {
}
