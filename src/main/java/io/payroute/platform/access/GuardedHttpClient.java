package io.payroute.platform.access;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;

/**
 * The HTTP client for URLs that somebody else chose. It connects to addresses that an {@link OutboundGuard} has checked, and to
 * nothing else: no redirect is followed, no proxy of the environment used. It keeps nothing from one request to the next (no
 * connection, cookie or credential), repeats nothing, and ends every exchange in time and within bounds ({@link BoundedExchange}).
 */
public final class GuardedHttpClient {

    private static final int MAX_HEADERS = 100;
    private static final int MAX_LINE = 8_192;

    private GuardedHttpClient() {
    }

    /**
     * @param connections most at a time
     * @param timeout of the whole exchange, from the look-up of the name to the last byte of the answer
     * @param maxAnswer bytes of an answer's body that are read
     */
    public static CloseableHttpClient build(OutboundGuard guard, int connections, Duration timeout, int maxAnswer) {
        long millis = timeout.toMillis();
        return HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new GuardedDnsResolver(guard)).setMaxConnTotal(connections)
                        .setMaxConnPerRoute(connections)
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder().http1Config(
                                Http1Config.custom().setMaxHeaderCount(MAX_HEADERS).setMaxLineLength(MAX_LINE).build()).build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(millis, TimeUnit.MILLISECONDS)
                                .setSocketTimeout((int) millis, TimeUnit.MILLISECONDS).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom().setConnectionRequestTimeout(millis, TimeUnit.MILLISECONDS)
                        .setResponseTimeout(millis, TimeUnit.MILLISECONDS).setRedirectsEnabled(false)
                        .setAuthenticationEnabled(false).setProtocolUpgradeEnabled(false).build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .addExecInterceptorFirst("bounded-exchange", new BoundedExchange(timeout, maxAnswer, false))
                .disableRedirectHandling()
                .disableAutomaticRetries().disableCookieManagement().disableAuthCaching().disableContentCompression()
                .disableConnectionState().disableDefaultUserAgent().build();
    }
}
