package io.payroute.provider.signature;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLContext;

/** Reads a small file over https: no redirects, one time-out for all of it, a bound on its size. Rare, so it keeps no client. */
final class HttpsFetch implements PayPalCertificates.Fetch {

    private static final int MAX_BYTES = 64 * 1024;

    private final SSLContext tls;
    private final Duration timeout;

    HttpsFetch(SSLContext tls, Duration timeout) {
        this.tls = tls;
        this.timeout = timeout;
    }

    @Override
    public byte[] get(URI address) throws BadSignature, IOException {
        HttpClient client = HttpClient.newBuilder().sslContext(tls).followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout).build();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(HttpRequest.newBuilder(address).GET().build(),
                HttpResponse.BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(bytes -> add(body, bytes))));
        try {
            int status = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            if (status >= 500 || status == 429) {
                throw new IOException("the certificate's host answered " + status);
            }
            if (status != 200) {
                throw BadSignature.certificate("There is no certificate at PAYPAL-CERT-URL.");
            }
            return body.toByteArray();
        } catch (ExecutionException e) {
            throw new IOException("the certificate cannot be fetched", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the certificate's host did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }

    private static void add(ByteArrayOutputStream body, byte[] bytes) {
        if (body.size() + bytes.length > MAX_BYTES) {
            throw new UncheckedIOException(new IOException("the certificate is larger than " + MAX_BYTES + " bytes"));
        }
        body.writeBytes(bytes);
    }
}
