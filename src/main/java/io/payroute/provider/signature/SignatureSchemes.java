package io.payroute.provider.signature;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The signature schemes by the names that the provider-normalizer kamelet takes. */
@ApplicationScoped
public class SignatureSchemes {

    private final Duration tolerance;
    private final PayPalSignature payPal;

    /** @throws IllegalStateException naming the property that is wrong; the application does not start */
    public SignatureSchemes(@ConfigProperty(name = "provider.signature-tolerance") Duration tolerance,
            @ConfigProperty(name = "provider.paypal.cert-hosts") List<String> hosts,
            @ConfigProperty(name = "provider.paypal.cert-timeout") Duration timeout,
            @ConfigProperty(name = "provider.paypal.cert-trust-file") Optional<String> trustFile) {
        this.tolerance = tolerance;
        Set<String> pinned = hosts.stream().map(host -> host.trim().toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        try {
            this.payPal = new PayPalSignature(new PayPalCertificates(pinned, new HttpsFetch(SSLContext.getDefault(), timeout),
                    CertificateChain.of(trustFile.map(Path::of).orElse(null))));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("provider.paypal.cert-trust-file must name a readable file of PEM "
                    + "certificates, or be left out: " + trustFile.orElse("the JDK's trust store"), e);
        }
    }

    /**
     * @param header what carries the signature; needed by timestamped-hmac and body-hmac
     * @throws IllegalArgumentException when there is no such scheme, or it lacks its header
     */
    public SignatureScheme of(String name, String header) {
        switch (name) {
            case "timestamped-hmac" :
                return new TimestampedHmac(required(name, header), tolerance);
            case "body-hmac" :
                return new BodyHmac(required(name, header));
            case "adyen-item-hmac" :
                return new AdyenItemHmac();
            case "paypal-certificate" :
                return payPal;
            default :
                throw new IllegalArgumentException("signature is '" + name
                        + "'; there are timestamped-hmac, body-hmac, adyen-item-hmac and paypal-certificate");
        }
    }

    private static String required(String name, String header) {
        if (header.isBlank()) {
            throw new IllegalArgumentException("signature " + name + " needs signatureHeader");
        }
        return header;
    }
}
