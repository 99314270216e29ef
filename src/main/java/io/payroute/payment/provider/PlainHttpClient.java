package io.payroute.payment.provider;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

import io.quarkus.arc.Unremovable;

/**
 * An HTTP client that sends each request once, for provider routes ({@code httpClientConfigurer: "#plainHttpClient"}). Left to
 * itself it repeats after 429 and 503, behind the back of the rules that decide what may be repeated; it would also follow
 * redirects and keep cookies.
 */
@ApplicationScoped
@Named("plainHttpClient")
@Unremovable
public class PlainHttpClient implements HttpClientConfigurer {

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement().disableAuthCaching();
    }
}
