package io.payroute.provider;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What stands in a topic of a provider's events, whoever wrote it there: an event, or a request with several. Nobody checks its
 * signature, so that nothing may follow from it but that it is shown.
 *
 * @param id what repetitions of the record share; the event's own id is better, where it stands in the event
 * @param json one object, read once by whoever had to know what it is
 */
public record RawEvent(String id, JsonNode json) {
}
