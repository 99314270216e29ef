package io.payroute.provider;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.payroute.platform.Causes;
import io.payroute.platform.Refusal;
import io.payroute.provider.signature.BadSignature;
import io.payroute.provider.signature.SignatureScheme;
import io.payroute.provider.signature.SignatureSchemes;
import io.payroute.provider.signature.SignedRequest;
import io.smallrye.config.SmallRyeConfigBuilder;

/**
 * Knows the providers' secrets ({@code provider.<name>.webhook-secrets}, several at once for rotation) and checks
 * signatures with them. A provider without a secret sends nothing here: there is no unsigned way in.
 */
@ApplicationScoped
@Named("providerSignatures")
public class ProviderSignatures {

    private static final Logger LOG = Logger.getLogger(ProviderSignatures.class);
    private static final String SANDBOX = "sandbox";

    private final Config config;
    private final SandboxSecret sandbox;
    private final SignatureSchemes schemes;
    private final MeterRegistry meters;
    private final Cache<String, String> logged = Caffeine.newBuilder().expireAfterWrite(Duration.ofSeconds(1)).build();

    ProviderSignatures(Config config, SandboxSecret sandbox, SignatureSchemes schemes, MeterRegistry meters) {
        this.config = config;
        this.sandbox = sandbox;
        this.schemes = schemes;
        this.meters = meters;
    }

    /** Without any secret: it takes every declaration that makes sense, and no event. */
    public static ProviderSignatures withoutSecrets() {
        return new ProviderSignatures(new SmallRyeConfigBuilder().build(), new SandboxSecret(List.of()),
                new SignatureSchemes(Duration.ZERO, List.of(), Duration.ZERO, Optional.empty()), new SimpleMeterRegistry());
    }

    /**
     * @throws IllegalArgumentException when there is no such scheme
     * @throws IllegalStateException naming the property, when a secret cannot be one
     */
    SignatureScheme scheme(String provider, String name, String header) {
        SignatureScheme scheme = schemes.of(name, header);
        for (String secret : secrets(provider)) {
            String refusal = scheme.refusalOf(secret);
            if (refusal != null) {
                throw new IllegalStateException(key(provider) + ": each secret " + refusal
                        + ". Set it right, or leave it out to refuse this provider's events.");
            }
        }
        return scheme;
    }

    public boolean hasSecret(String provider) {
        return !secrets(provider).isEmpty();
    }

    /** @throws Refusal 400 when the signature does not hold, 503 when that cannot be said now */
    void check(String provider, SignatureScheme scheme, SignedRequest request) {
        List<String> secrets = secrets(provider);
        if (secrets.isEmpty()) {
            throw unknown();
        }
        try {
            scheme.check(request, secrets);
        } catch (BadSignature e) {
            refused(provider, e.word(), e.word());
            throw Refusal.of(Refusal.Kind.MALFORMED, "bad-signature", "The signature does not hold", e.getMessage());
        } catch (IOException e) {
            refused(provider, "unavailable", Causes.brief(e));
            throw Refusal.unavailable(5);
        }
    }

    /** Anybody can send what is refused here: every one is counted, and one a second of each kind is logged. */
    private void refused(String provider, String cause, String detail) {
        meters.counter("payroute.provider.events.refused", "provider", provider, "cause", cause).increment();
        if (logged.asMap().putIfAbsent(provider + ' ' + cause, cause) == null) {
            LOG.warnf("event=provider-event-refused provider=%s cause=%s", provider, detail);
        }
    }

    public static Refusal unknown() {
        return Refusal.notFound("No events are taken from this provider.");
    }

    private List<String> secrets(String provider) {
        if (provider.equals(SANDBOX)) {
            return sandbox.all();
        }
        Optional<List<String>> configured = config.getOptionalValues(key(provider), String.class);
        return configured.orElse(List.of()).stream().map(String::trim).toList();
    }

    private static String key(String provider) {
        return "provider." + provider + ".webhook-secrets";
    }
}
