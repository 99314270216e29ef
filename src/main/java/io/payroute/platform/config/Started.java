package io.payroute.platform.config;

/** Everything runs and requests are taken. For what shall not make the start longer; its observers hold up nobody. */
public record Started() {
}
