package io.payroute.provider.signature;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The header {@code PAYPAL-TRANSMISSION-SIG} is the base64 RSA-SHA256 signature of
 * {@code <transmission id>|<transmission time>|<webhook id>|<CRC32 of the body, decimal>}, made with the key of the certificate at
 * {@code PAYPAL-CERT-URL}. The ids of our webhooks take the place of secrets: they are none, but without one nothing is taken.
 * <p>
 * Source: PayPal, "Integrate webhooks", section on verifying messages oneself,
 * https://developer.paypal.com/api/rest/webhooks/rest/#link-selfverification, and PayPal's Java SDK.
 */
final class PayPalSignature implements SignatureScheme {

    private static final String ALGORITHM = "SHA256withRSA";
    private static final Pattern WEBHOOK_ID = Pattern.compile("[A-Za-z0-9]{8,64}");

    /** The certificate at an address, which is believed. */
    @FunctionalInterface
    interface Certificates {
        X509Certificate at(String address) throws BadSignature, IOException;
    }

    private final Certificates certificates;

    PayPalSignature(Certificates certificates) {
        this.certificates = certificates;
    }

    @Override
    public void check(SignedRequest request, List<String> webhookIds) throws BadSignature, IOException {
        String id = request.header("PAYPAL-TRANSMISSION-ID");
        String time = request.header("PAYPAL-TRANSMISSION-TIME");
        if (!ALGORITHM.equals(request.header("PAYPAL-AUTH-ALGO"))) {
            throw BadSignature.malformed("The header PAYPAL-AUTH-ALGO must be " + ALGORITHM + ".");
        }
        byte[] signature = decoded(request.header("PAYPAL-TRANSMISSION-SIG"));
        X509Certificate certificate = certificates.at(request.header("PAYPAL-CERT-URL"));
        CRC32 checksum = new CRC32();
        checksum.update(request.body());
        for (String webhookId : webhookIds) {
            if (isSigned(id + '|' + time + '|' + webhookId + '|' + checksum.getValue(), signature, certificate)) {
                return;
            }
        }
        throw BadSignature.mismatch();
    }

    private static boolean isSigned(String text, byte[] signature, X509Certificate certificate) {
        try {
            Signature rsa = Signature.getInstance(ALGORITHM);
            rsa.initVerify(certificate.getPublicKey());
            rsa.update(text.getBytes(StandardCharsets.UTF_8));
            return rsa.verify(signature);
        } catch (GeneralSecurityException e) {
            // a signature of the wrong length, or a certificate of another kind of key
            return false;
        }
    }

    private static byte[] decoded(String signature) throws BadSignature {
        try {
            return Base64.getDecoder().decode(signature);
        } catch (IllegalArgumentException e) {
            throw BadSignature.malformed("The header PAYPAL-TRANSMISSION-SIG is not base64.");
        }
    }

    @Override
    public String refusalOf(String webhookId) {
        return WEBHOOK_ID.matcher(webhookId).matches() ? null : "must be the id of a PayPal webhook, letters and digits";
    }
}
