package io.payroute.payment.provider.http;

import java.util.Map;

/**
 * One HTTP request to a provider, without its address and its secret.
 *
 * @param path of the address, and query, both encoded; the query is null for none
 * @param body null for none
 */
record HttpCall(String method, String path, String query, Map<String, String> headers, String contentType, String body) {
}
