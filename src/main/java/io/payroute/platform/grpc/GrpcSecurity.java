package io.payroute.platform.grpc;

import java.io.File;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLException;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.payroute.platform.access.AccessTokens;
import io.payroute.platform.access.Scope;
import io.payroute.platform.access.Scopes;

/**
 * What protects gRPC, from the configuration: tokens, TLS, certificates of clients. Beyond loopback a server requires a token or
 * for a certificate, or it does not start.
 */
final class GrpcSecurity {

    private static final String TOKENS = "payroute.grpc.tokens";
    private static final String TOKEN = "payroute.grpc.token";
    private static final String SERVER_CERTIFICATE = "grpc.server.tls.certificate";
    private static final String SERVER_KEY = "grpc.server.tls.key";
    private static final String CLIENT_CA = "grpc.server.tls.client-ca";
    private static final String TRUST = "grpc.client.tls.trust";
    private static final String CLIENT_CERTIFICATE = "grpc.client.tls.certificate";
    private static final String CLIENT_KEY = "grpc.client.tls.key";
    private static final String SYSTEM = "system";

    private final UnaryOperator<String> property;
    private final AccessTokens tokens;

    /**
     * @param property gives the value of a key, or an empty text
     * @param scopes that tokens may have
     * @throws IllegalStateException naming the property that is wrong, and the remedy
     */
    GrpcSecurity(UnaryOperator<String> property, Scopes scopes) {
        this.property = property;
        this.tokens = AccessTokens.parse(variable(TOKENS), property.apply(TOKENS), scopes);
        together(SERVER_CERTIFICATE, SERVER_KEY);
        together(CLIENT_CERTIFICATE, CLIENT_KEY);
        needs(CLIENT_CA, SERVER_CERTIFICATE);
        needs(CLIENT_CERTIFICATE, TRUST);
    }

    AccessTokens tokens() {
        return tokens;
    }

    /** What our calls carry: our token, or, in a process that serves others too, the first of theirs that may; null for none. */
    String token(Scope scope) {
        return isSet(TOKEN) ? property.apply(TOKEN) : tokens.first(property.apply(TOKENS), scope);
    }

    /** @throws IllegalStateException when anonymous callers could reach a server that requires neither token nor certificate */
    void check(String service, String host, int port) throws UnknownHostException {
        if (tokens.isEmpty() && !isSet(CLIENT_CA) && !InetAddress.getByName(host).isLoopbackAddress()) {
            String listen = service.substring(0, service.indexOf('.')).toUpperCase(Locale.ROOT) + "_GRPC_LISTEN";
            throw new IllegalStateException(service + " would listen on " + host + ":" + port
                    + " and take calls from everybody. Set " + variable(TOKENS)
                    + "=name:token (openssl rand -hex 32), or " + variable(CLIENT_CA)
                    + " to require certificates, or keep it on loopback: " + listen + "=127.0.0.1:" + port);
        }
    }

    /** Whether servers speak TLS. */
    boolean isEncrypted() {
        return isSet(SERVER_CERTIFICATE);
    }

    /** @return null without TLS */
    SslContext server() {
        if (!isEncrypted()) {
            return null;
        }
        try {
            SslContextBuilder builder = GrpcSslContexts.forServer(file(SERVER_CERTIFICATE), file(SERVER_KEY));
            if (isSet(CLIENT_CA)) {
                builder.trustManager(file(CLIENT_CA)).clientAuth(ClientAuth.REQUIRE);
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw unusable(SERVER_CERTIFICATE, SERVER_KEY, CLIENT_CA, e);
        }
    }

    /** @return null without TLS */
    SslContext client() {
        if (!isSet(TRUST)) {
            return null;
        }
        try {
            SslContextBuilder builder = GrpcSslContexts.forClient();
            if (!property.apply(TRUST).equals(SYSTEM)) {
                builder.trustManager(file(TRUST));
            }
            if (isSet(CLIENT_CERTIFICATE)) {
                builder.keyManager(file(CLIENT_CERTIFICATE), file(CLIENT_KEY));
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw unusable(TRUST, CLIENT_CERTIFICATE, CLIENT_KEY, e);
        }
    }

    private File file(String key) {
        File file = new File(property.apply(key));
        if (!file.canRead()) {
            throw new IllegalStateException(
                    variable(key) + " names " + file + ", which cannot be read. It must be a PEM file.");
        }
        return file;
    }

    private void together(String one, String other) {
        needs(one, other);
        needs(other, one);
    }

    private void needs(String key, String needed) {
        if (isSet(key) && !isSet(needed)) {
            throw new IllegalStateException(variable(key) + " is set and " + variable(needed) + " is missing. Set both.");
        }
    }

    private boolean isSet(String key) {
        return !property.apply(key).isBlank();
    }

    private static IllegalStateException unusable(String one, String two, String three, Exception cause) {
        return new IllegalStateException("Of " + variable(one) + ", " + variable(two) + " and " + variable(three)
                + " one is no usable PEM file: certificates, and a key in PKCS#8 without a password", cause);
    }

    /** The environment variable of a key. */
    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }
}
