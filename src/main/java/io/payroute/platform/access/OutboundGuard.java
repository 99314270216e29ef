package io.payroute.platform.access;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Keeps requests to addresses that somebody else chose out of our own network (server-side request forgery).
 * <p>
 * A URL is checked when it is stored, by {@link #check}. That proves nothing for later: a name may point elsewhere by then. So
 * whoever connects resolves the name by {@link #resolve}, which answers checked addresses only, and connects to one of these
 * (see {@link GuardedDnsResolver}).
 */
public final class OutboundGuard {

    private static final int MAX_URL = 2_000;
    /** Octal, hexadecimal and short spellings mean different addresses to different programs. */
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?(?:\\d+|0[xX][0-9A-Fa-f]*)\\.?");
    private static final Pattern PLAIN_IPV4 = Pattern.compile("(?:0|[1-9]\\d{0,2})(?:\\.(?:0|[1-9]\\d{0,2})){3}");
    private static final int MAX_LOOKUPS = 32;
    private static final int LOOKUP_SECONDS = 5;

    /** Resolves the addresses of a name. */
    @FunctionalInterface
    public interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** A URL or an address that requests must not go to. The message says why, without naming an address. */
    public static final class RefusedException extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    private final boolean httpAllowed;
    private final List<AddressRange> allowed;
    private final Lookup lookup;
    private final ExecutorService lookups;

    /**
     * @param httpAllowed whether http is allowed beside https
     * @param allowed blocks of addresses that requests may go to although they are not public
     * @throws IllegalArgumentException for what is no block of addresses
     */
    public OutboundGuard(boolean httpAllowed, List<String> allowed) {
        this(httpAllowed, allowed, InetAddress::getAllByName);
    }

    public OutboundGuard(boolean httpAllowed, List<String> allowed, Lookup lookup) {
        this.httpAllowed = httpAllowed;
        this.allowed = AddressRange.all(allowed.toArray(String[]::new));
        this.lookup = lookup;
        this.lookups = new ThreadPoolExecutor(0, MAX_LOOKUPS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "outbound-lookup");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Checks a URL and the addresses that its host has now.
     *
     * @throws RefusedException when requests must not go there
     * @throws UnknownHostException when the host has no address
     */
    public URI check(String url) throws UnknownHostException {
        URI uri = checkForm(url);
        String host = uri.getHost();
        resolve(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
        return uri;
    }

    /** The checked addresses of a host: all of them may be connected to. */
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = lookUp(host);
        for (InetAddress address : addresses) {
            // A single bad one refuses the name: no choice is left to whoever answers for it.
            if (!PublicAddresses.contains(address) && allowed.stream().noneMatch(r -> r.contains(address.getAddress()))) {
                throw new RefusedException("its host has an address outside the public internet");
            }
        }
        if (addresses.length == 0) {
            throw new UnknownHostException("its host has no address");
        }
        return addresses;
    }

    /**
     * Checks a URL, and resolves no addresses of its host.
     *
     * @throws RefusedException when requests must not go there
     */
    public URI checkForm(String url) throws RefusedException {
        URI uri = parse(url);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        refuse(!scheme.equals("https") && !scheme.equals("http"), "it must start with https://");
        refuse(scheme.equals("http") && !httpAllowed, "it must start with https://; http is not allowed here");
        refuse(uri.getRawUserInfo() != null, "it must not hold a user name or password");
        refuse(uri.getHost() == null || uri.getHost().indexOf('%') >= 0,
                "its host must be a plain name or address; write an international name in its ASCII form");
        refuse(ENDS_IN_NUMBER.matcher(uri.getHost()).matches() && !PLAIN_IPV4.matcher(uri.getHost()).matches(),
                "an IPv4 address must be written as four decimal numbers");
        refuse(uri.getRawFragment() != null, "it must not have a fragment");
        int port = uri.getPort();
        refuse(port == 0 || port > 65_535 || port > 0 && port < 1_024 && port != 80 && port != 443,
                "its port must be 80, 443 or from 1024 to 65535");
        return uri;
    }

    private static URI parse(String url) throws RefusedException {
        refuse(url.length() > MAX_URL, "it must have at most " + MAX_URL + " characters");
        try {
            refuse(!url.chars().allMatch(c -> c > 0x20 && c < 0x7f), "it must be plain ASCII without blanks");
            return new URI(url).parseServerAuthority();
        } catch (URISyntaxException e) {
            throw new RefusedException("it is no URL of the form https://host/path");
        }
    }

    private static void refuse(boolean refused, String reason) throws RefusedException {
        if (refused) {
            throw new RefusedException(reason);
        }
    }

    /** Bounded in time: the system's own resolver may take half a minute, and cannot be interrupted. */
    private InetAddress[] lookUp(String host) throws UnknownHostException {
        Future<InetAddress[]> found;
        try {
            found = lookups.submit(() -> lookup.addresses(host));
        } catch (RejectedExecutionException e) {
            throw new UnknownHostException("too many names are being looked up");
        }
        try {
            return found.get(LOOKUP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnknownHostException("its host has no address");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("interrupted");
        }
    }
}
