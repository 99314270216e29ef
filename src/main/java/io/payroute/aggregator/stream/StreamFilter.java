package io.payroute.aggregator.stream;

/** What somebody wants to see; null is any. */
public record StreamFilter(String topic, String provider, String status) {
}
