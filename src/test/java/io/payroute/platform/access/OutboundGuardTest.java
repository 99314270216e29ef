package io.payroute.platform.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OutboundGuardTest {

    private static final String PUBLIC = "93.184.215.14";

    private final OutboundGuard guard = guard(PUBLIC);

    @ParameterizedTest
    @ValueSource(strings = {"https://shop.example.com/hooks", "https://shop.example.com:8443/hooks?a=b",
            "https://93.184.215.14/",
            "HTTPS://shop.example.com", "https://[2606:4700::6810:84e5]/hooks", "https://xn--bcher-kva.example/"})
    void shouldTakePublicReceivers(String url) throws Exception {
        // When
        new OutboundGuard(false, List.of(), literalOr(PUBLIC)).check(url);

        // Then: no refusal
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.19.255.255",
            "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::",
            "::1",
            "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1", "fe80::1",
            "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:c0a8:101::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1",
            "2001:db8::1", "3fff::1", "100::1", "5f00::1"})
    void shouldRefuseEveryAddressThatIsNotPublic(String address) {
        // Given
        OutboundGuard named = guard(address);

        // When
        assertThatThrownBy(() -> named.check("https://shop.example.com/"))

                // Then
                .isInstanceOf(OutboundGuard.RefusedException.class).hasMessageNotContaining(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "100.63.255.255", "100.128.0.0", "172.32.0.1", "11.0.0.1", "169.253.1.1", "198.20.0.1",
            "223.255.255.255", "2606:4700::1", "2a00:1450:4001::1", "64:ff9b::808:808"})
    void shouldTakePublicAddresses(String address) throws Exception {
        // When
        InetAddress[] found = guard(address).resolve("shop.example.com");

        // Then
        assertThat(found).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://017700000001/",
            "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://127.0.0.1./", "https://localhost/",
            "https://localhost./", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[0:0:0:0:0:ffff:7f00:1]/",
            "https://[fe80::1%25lo]/", "https://[fc00::1]/", "https://[64:ff9b::7f00:1]/", "https://169.254.169.254/latest/"})
    void shouldRefuseEverySpellingOfALocalAddress(String url) {
        // Given
        OutboundGuard real = new OutboundGuard(false, List.of());

        // When
        assertThatThrownBy(() -> real.check(url))

                // Then
                .isInstanceOf(UnknownHostException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://shop.example.com/", "ftp://shop.example.com/", "file:///etc/passwd", "shop.example.com",
            "//x/",
            "https:///hooks", "https:shop", "https://user:pass@shop.example.com/", "https://user@shop.example.com/",
            "https://@shop.example.com/", "https://shop.example.com:25/", "https://shop.example.com:0/",
            "https://shop.example.com:70000/", "https://shop.example.com/#a", "https://shop example.com/",
            "https://b\u00fccher.example/",
            "https://shop.example.com/{{payment.jdbc.password}}", "https://shop.example.com/\r\nX: y", "",
            "javascript:alert(1)"})
    void shouldRefuseEveryOtherKindOfUrl(String url) {
        // When
        assertThatThrownBy(() -> guard.check(url))

                // Then
                .isInstanceOf(OutboundGuard.RefusedException.class);
    }

    @Test
    void shouldTakeHttpWhereAllowed() throws Exception {
        // Given
        OutboundGuard lenient = new OutboundGuard(true, List.of(), literalOr(PUBLIC));

        // When
        lenient.check("http://shop.example.com:8080/hooks");

        // Then: no refusal
    }

    @Test
    void shouldTakeWhatIsOnTheAllowListAndNothingBesideIt() throws Exception {
        // Given
        List<String> allowed = List.of("127.0.0.0/8", "fd12:3456::/32");

        // When
        new OutboundGuard(false, allowed, literalOr("127.0.0.9")).resolve("receiver.test");
        new OutboundGuard(false, allowed, literalOr("fd12:3456::9")).resolve("receiver.test");

        // Then
        assertThatThrownBy(() -> new OutboundGuard(false, allowed, literalOr("10.0.0.1")).resolve("receiver.test"))
                .isInstanceOf(OutboundGuard.RefusedException.class);
        assertThatThrownBy(() -> new OutboundGuard(false, allowed, literalOr("fd12:3457::9")).resolve("receiver.test"))
                .isInstanceOf(OutboundGuard.RefusedException.class);
    }

    @Test
    void shouldRefuseANameThatHasOneBadAddressAmongGoodOnes() {
        // Given
        OutboundGuard mixed = new OutboundGuard(false, List.of(), host -> new InetAddress[]{InetAddress.getByName(PUBLIC),
                InetAddress.getByName("10.0.0.1")});

        // When
        assertThatThrownBy(() -> mixed.check("https://shop.example.com/"))

                // Then
                .isInstanceOf(OutboundGuard.RefusedException.class);
    }

    @Test
    void shouldRefuseANameThatPointsElsewhereWhenItIsConnectedTo() throws Exception {
        // Given
        AtomicInteger lookups = new AtomicInteger();
        OutboundGuard rebound = new OutboundGuard(false, List.of(), host -> new InetAddress[]{
                InetAddress.getByName(lookups.getAndIncrement() == 0 ? PUBLIC : "127.0.0.1")});
        rebound.check("https://shop.example.com/");

        // When
        assertThatThrownBy(() -> new GuardedDnsResolver(rebound).resolve("shop.example.com", 443))

                // Then
                .isInstanceOf(OutboundGuard.RefusedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/x", "fc00::/129", "example.com/8", "10.0.0.0/-1",
            ""})
    void shouldNameWhatIsNoBlockOfAddresses(String cidr) {
        // When
        assertThatThrownBy(() -> new OutboundGuard(false, List.of(cidr)))

                // Then
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'" + cidr + "'");
    }

    private static OutboundGuard guard(String address) {
        return new OutboundGuard(false, List.of(), host -> new InetAddress[]{InetAddress.getByName(address)});
    }

    /** Literal addresses as they are; every name has the given address. */
    private static OutboundGuard.Lookup literalOr(String address) {
        return host -> new InetAddress[]{
                InetAddress.getByName(host.matches("[0-9.]+|[0-9a-f:]+") ? host : address)};
    }
}
