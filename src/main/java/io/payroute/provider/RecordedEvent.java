package io.payroute.provider;

/**
 * An event that somebody recorded, for a dry run of what other roles make of it.
 *
 * @param provider whose route reads it, null when there is none
 * @param id the provider's, or what stands for it
 */
public record RecordedEvent(String provider, String id, byte[] payload) {
}
