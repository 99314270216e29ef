package io.payroute.payment.provider.http;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import io.payroute.payment.provider.ProviderNeeds;
import io.payroute.payment.routing.ProviderRules;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.configuration.DurationConverter;

/**
 * The providers whose routes use the kamelet provider-http, with the threads and the connections that all requests to one of them
 * share: a provider that is slow holds its own and nobody else's. One that is in use and lacks its key stops the start.
 */
@ApplicationScoped
@Named("declaredProviders")
@Unremovable
public class DeclaredProviders implements ProviderNeeds {

    private static final Logger LOG = Logger.getLogger(DeclaredProviders.class);
    /** Names in Camel's registry, followed by the provider's. */
    static final String CLIENT = "provider-http-client-";
    static final String THREADS = "provider-http-threads-";

    private final Config config;
    private final ProviderRules rules;
    private final Map<String, ProviderConnection> connections = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> kept = new ConcurrentHashMap<>();
    private final Map<String, CloseableHttpClient> clients = new ConcurrentHashMap<>();

    public DeclaredProviders(Config config, ProviderRules rules) {
        this.config = config;
        this.rules = rules;
    }

    /**
     * Makes the connection once and binds it, whoever of the provider's declarations comes first.
     *
     * @throws IllegalArgumentException when another declaration says otherwise
     * @throws IllegalStateException naming the key, when something is missing of a provider that is in use
     */
    synchronized ProviderConnection connect(CamelContext context, String provider, String authentication) {
        ProviderConnection connection = read(provider, authentication);
        ProviderConnection known = connections.get(provider);
        if (known != null && !known.authentication().equals(authentication)) {
            throw new IllegalArgumentException("authentication is '" + authentication + "' here and '" + known.authentication()
                    + "' elsewhere in the provider's declarations");
        }
        connections.put(provider, connection);
        missing(provider).filter(missing -> rules.providers().contains(provider)).ifPresent(missing -> {
            throw new IllegalStateException(missing + "; or name another provider than '" + provider + "', which is named by "
                    + rules.naming(provider) + ".");
        });
        if (context.getRegistry().lookupByName(CLIENT + provider) == null) {
            CloseableHttpClient client = connection.client();
            clients.put(provider, client);
            context.getRegistry().bind(CLIENT + provider, client);
            context.getRegistry().bind(THREADS + provider, threads(context, connection));
        }
        return connection;
    }

    /** The variables that requests of the provider keep for later ones. */
    Set<String> kept(String provider) {
        return kept.computeIfAbsent(provider, name -> ConcurrentHashMap.newKeySet());
    }

    private ExecutorService threads(CamelContext context, ProviderConnection connection) {
        String name = "provider-" + connection.provider();
        return context.getExecutorServiceManager().newThreadPool(this, name,
                new ThreadPoolProfileBuilder(name).poolSize(connection.threads()).maxPoolSize(connection.threads())
                        .maxQueueSize(config.getValue("payment.charge.max-in-flight", Integer.class))
                        .rejectedPolicy(ThreadPoolRejectedPolicy.CallerRuns).build());
    }

    private ProviderConnection read(String provider, String authentication) {
        String baseUrl = value(provider, "base-url").orElseThrow(() -> new IllegalStateException(
                ProviderConnection.key(provider, "base-url") + " is missing: set it to the address of the provider's API."));
        return new ProviderConnection(provider, ProviderConnection.authentication(authentication), URI.create(baseUrl),
                value(provider, "api-key"), value(provider, "threads").map(Integer::valueOf).orElse(32),
                duration(provider, "connect-timeout", "2s"), duration(provider, "read-timeout", "8s"));
    }

    private Duration duration(String provider, String name, String otherwise) {
        String text = value(provider, name).orElse(otherwise);
        if (!text.matches("[0-9]+(ms|s|m)")) {
            throw new IllegalStateException(
                    ProviderConnection.key(provider, name) + " must be a duration with a unit, such as 5s.");
        }
        return DurationConverter.parseDuration(text);
    }

    private Optional<String> value(String provider, String name) {
        return config.getOptionalValue(ProviderConnection.key(provider, name), String.class).map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    @Override
    public Optional<String> missing(String provider) {
        ProviderConnection connection = connections.get(provider);
        return connection == null
                ? Optional.empty()
                : connection.missing(DurationConverter.parseDuration(config.getValue("payment.charge.lease", String.class)));
    }

    @PreDestroy
    void close() {
        clients.values().forEach(client -> {
            try {
                client.close();
            } catch (IOException e) {
                LOG.debugf(e, "event=provider-client-not-closed role=payment");
            }
        });
    }
}
