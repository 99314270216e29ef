package io.payroute.provider.signature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whether a certificate leads to a root of the JDK's trust store, or to one of a file (PKIX, RFC 5280; no revocation lists). */
final class CertificateChain {

    private final Set<TrustAnchor> anchors = new HashSet<>();

    private CertificateChain() {
    }

    /**
     * @param file PEM certificates that are trusted beside the JDK's; null for none
     * @throws GeneralSecurityException when the trust store or the file cannot be read
     */
    static CertificateChain of(Path file) throws GeneralSecurityException, IOException {
        CertificateChain chain = new CertificateChain();
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                chain.add(List.of(x509.getAcceptedIssuers()));
            }
        }
        if (file != null) {
            chain.add(List.copyOf(PayPalCertificates.read(Files.readAllBytes(file))));
        }
        return chain;
    }

    private void add(List<X509Certificate> certificates) {
        certificates.forEach(certificate -> anchors.add(new TrustAnchor(certificate, null)));
    }

    /**
     * @param certificates the one in question first, then those that may lead to a root
     * @throws GeneralSecurityException when they do not
     */
    void check(List<X509Certificate> certificates) throws GeneralSecurityException {
        X509CertSelector first = new X509CertSelector();
        first.setCertificate(certificates.get(0));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, first);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(certificates)));
        parameters.setRevocationEnabled(false);
        CertPathBuilder.getInstance("PKIX").build(parameters);
    }
}
