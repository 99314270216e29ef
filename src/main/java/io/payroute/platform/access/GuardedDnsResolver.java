package io.payroute.platform.access;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.apache.hc.client5.http.DnsResolver;

/**
 * The resolver of an HTTP client that goes where others tell it to: what was checked is what is connected to, so that a name
 * which changes its address between check and connection gains nothing.
 */
public final class GuardedDnsResolver implements DnsResolver {

    private final OutboundGuard guard;

    public GuardedDnsResolver(OutboundGuard guard) {
        this.guard = guard;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        return guard.resolve(host);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
