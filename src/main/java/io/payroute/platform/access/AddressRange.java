package io.payroute.platform.access;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A block of IP addresses, such as {@code 10.0.0.0/8} or {@code fc00::/7}.
 *
 * @param network the first address as bytes, 4 or 16
 * @param bits how many leading bits all addresses of the block share
 */
record AddressRange(byte[] network, int bits) {

    /** Only digits: a name in its place would be looked up. */
    private static final Pattern CIDR = Pattern.compile("([0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:/(\\d{1,3}))?");

    /** @throws IllegalArgumentException saying what is wrong with it */
    static AddressRange of(String cidr) {
        var match = CIDR.matcher(cidr);
        try {
            if (match.matches()) {
                byte[] network = InetAddress.getByName(match.group(1)).getAddress();
                int bits = match.group(2) == null ? network.length * 8 : Integer.parseInt(match.group(2));
                if (bits <= network.length * 8 && (network.length == 16 || match.group(1).split("\\.").length == 4)) {
                    return new AddressRange(network, bits);
                }
            }
        } catch (UnknownHostException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + cidr + "' is no block of addresses such as 10.0.0.0/8, 192.0.2.1 or fc00::/7");
    }

    static List<AddressRange> all(String... cidrs) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String cidr : cidrs) {
            ranges.add(of(cidr));
        }
        return List.copyOf(ranges);
    }

    boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int rest = address.length * 8 - bits;
        return new BigInteger(1, address).shiftRight(rest).equals(new BigInteger(1, network).shiftRight(rest));
    }
}
