package io.payroute.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import io.payroute.platform.OwnersFile;

/**
 * The secret that the sandbox signs its events with: the first that is configured, or one that is made up. In embedded mode that
 * one is kept in a file for its owner alone, so that it holds after a restart and whoever tries things out can sign with it.
 */
@ApplicationScoped
public class SandboxSecret {

    private final List<String> secrets;

    @Inject
    SandboxSecret(@ConfigProperty(name = "provider.sandbox.webhook-secrets") Optional<List<String>> configured,
            @ConfigProperty(name = "payroute.mode") String mode,
            @ConfigProperty(name = "provider.sandbox.secret-file") Path file) {
        this(configured.filter(list -> !list.isEmpty())
                .orElseGet(() -> List.of(mode.equals("embedded") ? kept(file) : random())));
    }

    public SandboxSecret(List<String> secrets) {
        this.secrets = secrets;
    }

    /** All that are accepted. */
    public List<String> all() {
        return secrets;
    }

    /** The value of the header {@code Sandbox-Signature}. */
    public String sign(byte[] body) {
        long now = Instant.now().getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secrets.get(0).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((now + ".").getBytes(StandardCharsets.UTF_8));
            return "t=" + now + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String kept(Path file) {
        try {
            return OwnersFile.kept(file, SandboxSecret::random);
        } catch (IOException e) {
            throw new IllegalStateException("provider.sandbox.secret-file cannot be kept at " + file
                    + ". Make that place writable, or set provider.sandbox.webhook-secrets.", e);
        }
    }

    private static String random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
