package io.payroute.provider.signature;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * Fetches the certificates that PayPal signs with, from pinned hosts alone: the address stands in a header that anybody can write.
 * A certificate must lead to a trusted root and be valid now. Bounded in every way that an anonymous caller could use: few fetches at a
 * time, few certificates kept, time-outs, size.
 */
final class PayPalCertificates implements PayPalSignature.Certificates {

    private static final int KEPT = 16;
    private static final int MAX_ADDRESS = 512;
    private static final Pattern PATH = Pattern.compile("/v1/notifications/certs/[A-Za-z0-9_-]+");

    /** Reads an address over https without following redirects, within bounds of time and size. */
    @FunctionalInterface
    interface Fetch {
        byte[] get(URI address) throws BadSignature, IOException;
    }

    private final Set<String> hosts;
    private final Fetch fetch;
    private final CertificateChain chain;
    private final Semaphore fetches = new Semaphore(4);
    private final Map<String, X509Certificate> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, X509Certificate> eldest) {
            return size() > KEPT;
        }
    };

    /** @param hosts {@code host} or {@code host:port} in lower case, compared as a whole */
    PayPalCertificates(Set<String> hosts, Fetch fetch, CertificateChain chain) {
        this.hosts = hosts;
        this.fetch = fetch;
        this.chain = chain;
    }

    @Override
    public X509Certificate at(String address) throws BadSignature, IOException {
        URI uri = pinned(address);
        X509Certificate certificate;
        synchronized (kept) {
            certificate = kept.get(address);
        }
        if (certificate == null) {
            certificate = fetch(uri);
            synchronized (kept) {
                kept.put(address, certificate);
            }
        }
        try {
            certificate.checkValidity(Date.from(Instant.now()));
        } catch (CertificateException e) {
            throw BadSignature.certificate("The certificate is not valid now.");
        }
        return certificate;
    }

    private X509Certificate fetch(URI address) throws BadSignature, IOException {
        if (!fetches.tryAcquire()) {
            throw new IOException("too many certificates are being fetched");
        }
        try {
            byte[] pem = fetch.get(address);
            Collection<X509Certificate> found = read(pem);
            chain.check(List.copyOf(found));
            return found.iterator().next();
        } catch (GeneralSecurityException e) {
            throw BadSignature.certificate("The certificate does not lead to a trusted root.");
        } finally {
            fetches.release();
        }
    }

    @SuppressWarnings("unchecked")
    static Collection<X509Certificate> read(byte[] pem) throws CertificateException {
        Collection<X509Certificate> found = (Collection<X509Certificate>) CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem));
        if (found.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        return found;
    }

    /**
     * Scheme, and host with port, must be exactly those: no other port, no user part, no host that only looks like it. The path is
     * where PayPal keeps certificates, without a query: anonymous callers must not make us fetch whatever comes into their minds.
     */
    private URI pinned(String address) throws BadSignature {
        try {
            URI uri = new URI(address);
            String authority = uri.getRawAuthority();
            if (address.length() <= MAX_ADDRESS && "https".equals(uri.getScheme()) && authority != null
                    && hosts.contains(authority.toLowerCase(Locale.ROOT)) && PATH.matcher(uri.getRawPath()).matches()
                    && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // refused below
        }
        throw BadSignature.certificate("The header PAYPAL-CERT-URL does not point to a host of PayPal.");
    }
}
