package io.payroute.platform.config;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.eclipse.microprofile.config.spi.ConfigSource;

import io.quarkus.runtime.configuration.ConfigurationException;

/**
 * Serves {@code embedded.*}, the addresses of the embedded servers, and starts those servers when the first of the keys is
 * asked for. Where all addresses are configured nobody asks, so nothing is started and no class of theirs is loaded. Serves
 * {@code payroute.mode} too: {@code embedded}, or {@code external} once an external address is configured; {@code payroute.bind-address}, loopback in embedded mode;
 * {@code payroute.hawtio.enabled}, true there; and there a token for {@link OperatorPassword the operator}, unless tokens are
 * configured.
 */
final class EmbeddedServersConfigSource implements ConfigSource {

    static final String MODE = "payroute.mode";
    static final String BIND_ADDRESS = "payroute.bind-address";
    static final String CONSOLE = "payroute.hawtio.enabled";
    static final String TOKENS = "payroute.http.tokens";

    private static final String PREFIX = "embedded.";
    /** Below application.properties: whoever sets one of these keys wins. */
    private static final int ORDINAL = 50;

    private final ExternalAddresses external;
    private final Supplier<Map<String, String>> servers;
    private final Supplier<String> operator;
    private final AtomicBoolean told = new AtomicBoolean();

    EmbeddedServersConfigSource(UnaryOperator<String> config, UnaryOperator<String> written,
            Supplier<Map<String, String>> servers, Supplier<String> operator) {
        this.external = new ExternalAddresses(config, written);
        this.servers = servers;
        this.operator = operator;
    }

    @Override
    public String getValue(String key) {
        if (MODE.equals(key)) {
            return external.anyConfigured() ? "external" : "embedded";
        }
        if (BIND_ADDRESS.equals(key)) {
            return external.anyConfigured() ? "0.0.0.0" : "127.0.0.1";
        }
        if (CONSOLE.equals(key)) {
            return String.valueOf(!external.anyConfigured());
        }
        if (TOKENS.equals(key)) {
            return external.anyConfigured() ? null : operator.get();
        }
        if (!key.startsWith(PREFIX)) {
            return null;
        }
        return external.anyConfigured() ? external.answerFor(key) : address(key);
    }

    /** Quarkus asks for key after key, and collects what is wrong: that the servers do not start is told by the first alone. */
    private String address(String key) {
        try {
            return servers.get().get(key.replaceFirst("^(embedded\\.postgres)\\.[a-z]+\\.(username|password)$", "$1.$2"));
        } catch (ConfigurationException e) {
            if (told.getAndSet(true)) {
                return "";
            }
            throw e;
        }
    }

    /** Only what costs nothing to read: whoever walks through all properties must not start servers. */
    @Override
    public Set<String> getPropertyNames() {
        return Set.of(MODE, BIND_ADDRESS, CONSOLE);
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }

    @Override
    public String getName() {
        return "Embedded servers";
    }
}
