package io.payroute.platform.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Tells addresses of the public internet from all others: private, loopback, link-local and shared networks, the address of a
 * cloud's metadata, multicast, documentation, and IPv6 forms that carry an IPv4 address. What is not known to be public is not.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA, special-purpose IPv4 addresses</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA, special-purpose IPv6 addresses</a>
 */
final class PublicAddresses {

    private static final List<AddressRange> NOT_PUBLIC_4 = AddressRange.all("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10",
            "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // The host of a virtual machine in Azure, from inside of it.
            "168.63.129.16/32");
    private static final AddressRange PUBLIC_6 = AddressRange.of("2000::/3");
    /** Within 2000::/3: protocol assignments with Teredo and benchmarking, documentation, 6to4. */
    private static final List<AddressRange> NOT_PUBLIC_6 = AddressRange.all("2001::/23", "2001:db8::/32", "2002::/16",
            "3fff::/20");
    /** An IPv4 address behind a translator (RFC 6052): as public as the address that it carries. */
    private static final AddressRange NAT64 = AddressRange.of("64:ff9b::/96");

    private PublicAddresses() {
    }

    static boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return !within(NOT_PUBLIC_4, bytes);
        }
        return NAT64.contains(bytes)
                ? contains(carried(bytes))
                : PUBLIC_6.contains(bytes) && !within(NOT_PUBLIC_6, bytes);
    }

    private static InetAddress carried(byte[] address) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(address, 12, 16));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean within(List<AddressRange> ranges, byte[] address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}
