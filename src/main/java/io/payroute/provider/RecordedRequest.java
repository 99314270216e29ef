package io.payroute.provider;

import java.util.Map;

/** A request of a provider that somebody kept, to see how it is read. Its signature is not checked, so that nothing may come of it. */
public record RecordedRequest(byte[] body, Map<String, Object> headers) {
}
