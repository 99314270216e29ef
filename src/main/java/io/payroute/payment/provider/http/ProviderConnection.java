package io.payroute.payment.provider.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;

import io.payroute.payment.provider.ProviderNeeds;
import io.payroute.platform.access.BoundedExchange;

/**
 * How a provider is reached. The secret is put on a request where it leaves this process and stands on no exchange before, so no
 * log and no route has it.
 *
 * @param authentication {@code none}, {@code bearer}, {@code basic} or {@code header:<name>}
 * @param apiKey for {@code basic} user and password, with a colon between
 */
record ProviderConnection(String provider, String authentication, URI baseUrl, Optional<String> apiKey, int threads,
        Duration connectTimeout, Duration readTimeout) {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int MAX_ANSWER = 2_000_000;
    private static final String HEADER = "header:";

    static String key(String provider, String name) {
        return "payment.provider." + provider + '.' + name;
    }

    /** So long a request takes at most: for a connection of the pool, to connect, and for the whole answer. */
    Duration longest() {
        return connectTimeout.multipliedBy(2).plus(readTimeout);
    }

    /** One sentence without its full stop; empty when nothing is missing. */
    Optional<String> missing(Duration lease) {
        if (!authentication.equals("none") && apiKey.isEmpty()) {
            return Optional
                    .of(ProviderNeeds.apiKeyMissing(provider) + (authentication.equals("basic") ? ", as user:password" : ""));
        }
        if (authentication.equals("basic") && !apiKey.get().contains(":")) {
            return Optional.of(key(provider, "api-key") + " must be user:password");
        }
        if (!"https".equals(baseUrl.getScheme()) && !LOOPBACK.contains(String.valueOf(baseUrl.getHost()))) {
            return Optional.of(key(provider, "base-url") + " must begin with https://, because the secret key goes there");
        }
        if (longest().compareTo(lease.dividedBy(2)) > 0) {
            return Optional
                    .of(key(provider, "connect-timeout") + " and read-timeout let a request take " + longest().toSeconds()
                            + " s, which is more than half of payment.charge.lease. Shorten them or lengthen the lease");
        }
        return Optional.empty();
    }

    /** It sends each request once, follows nowhere, and keeps connections but neither cookies nor credentials. */
    CloseableHttpClient client() {
        long connect = connectTimeout.toMillis();
        long read = readTimeout.toMillis();
        HttpClientBuilder client = HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create().setMaxConnTotal(threads)
                        .setMaxConnPerRoute(threads)
                        .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(connect, TimeUnit.MILLISECONDS)
                                .setSocketTimeout((int) read, TimeUnit.MILLISECONDS).build())
                        .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setConnectionRequestTimeout(connect, TimeUnit.MILLISECONDS)
                                .setResponseTimeout(read, TimeUnit.MILLISECONDS).setRedirectsEnabled(false)
                                .setAuthenticationEnabled(false).setProtocolUpgradeEnabled(false).build())
                .addExecInterceptorFirst("bounded-exchange", new BoundedExchange(longest(), MAX_ANSWER, true))
                .setUserAgent("Payroute").disableAutomaticRetries().disableRedirectHandling().disableCookieManagement()
                .disableAuthCaching().disableConnectionState();
        if (!authentication.equals("none") && apiKey.isPresent()) {
            String name = authentication.startsWith(HEADER) ? authentication.substring(HEADER.length()) : "Authorization";
            String value = credentials(apiKey.get());
            client.addRequestInterceptorLast((request, entity, context) -> request.setHeader(name, value));
        }
        return client.build();
    }

    private String credentials(String key) {
        return switch (authentication) {
            case "bearer" -> "Bearer " + key;
            case "basic" -> "Basic " + Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
            default -> key;
        };
    }

    /** @throws IllegalArgumentException when there is no such way */
    static String authentication(String text) {
        if (!Set.of("none", "bearer", "basic").contains(text) && !text.matches(HEADER + "[A-Za-z0-9-]+")) {
            throw new IllegalArgumentException("authentication is '" + text
                    + "'; it must be bearer, basic, header:<name> or none");
        }
        return text;
    }

    @Override
    public String toString() {
        return "connection to " + provider;
    }
}
