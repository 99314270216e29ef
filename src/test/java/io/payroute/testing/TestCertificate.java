package io.payroute.testing;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A certificate of a test's own authority, made by the JDK's keytool. */
public final class TestCertificate {

    private static final char[] PASSWORD = "for-this-test-only".toCharArray();

    private final KeyStore store;

    private TestCertificate(KeyStore store) {
        this.store = store;
    }

    public static TestCertificate create(Path folder) throws Exception {
        Path file = folder.resolve("keys.p12");
        String leaf = "-genkeypair -dname CN=localhost -ext san=dns:localhost,ip:127.0.0.1 -signer root -keyalg RSA -keysize 2048";
        keytool(file, "-genkeypair -alias root -dname CN=test-root -ext bc:c -keyalg RSA -keysize 2048");
        keytool(file, leaf + " -alias leaf");
        keytool(file, leaf.replace("dns:localhost,ip:127.0.0.1", "dns:elsewhere.example") + " -alias elsewhere");
        keytool(file, leaf + " -alias expired -startdate -2d -validity 1");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return new TestCertificate(store);
    }

    private static void keytool(Path file, String arguments) throws Exception {
        List<String> command = Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "-keystore", file.toString(),
                        "-storetype", "PKCS12", "-storepass", new String(PASSWORD)),
                Arrays.stream(arguments.trim().split(" "))).toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }

    /** With the leaf alone. */
    public KeyManager[] keys() throws Exception {
        return keys("leaf");
    }

    /** @param alias leaf, or elsewhere for one of another host */
    public KeyManager[] keys(String alias) throws Exception {
        KeyStore leaf = KeyStore.getInstance("PKCS12");
        leaf.load(null, null);
        leaf.setKeyEntry("leaf", store.getKey(alias, PASSWORD), PASSWORD, store.getCertificateChain(alias));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(leaf, PASSWORD);
        return factory.getKeyManagers();
    }

    /** In the root alone. */
    public TrustManager[] trust() throws Exception {
        KeyStore root = KeyStore.getInstance("PKCS12");
        root.load(null, null);
        root.setCertificateEntry("root", store.getCertificate("root"));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(root);
        return factory.getTrustManagers();
    }

    public X509Certificate leaf() throws Exception {
        return (X509Certificate) store.getCertificate("leaf");
    }

    public String sign(String text) throws Exception {
        Signature rsa = Signature.getInstance("SHA256withRSA");
        rsa.initSign((PrivateKey) store.getKey("leaf", PASSWORD));
        rsa.update(text.getBytes());
        return Base64.getEncoder().encodeToString(rsa.sign());
    }

    /** @param alias leaf or expired */
    public byte[] chain(String alias) throws Exception {
        return pem(store.getCertificateChain(alias));
    }

    public Path root(Path folder) throws Exception {
        return Files.write(folder.resolve("root.pem"), pem(store.getCertificate("root")));
    }

    /** The leaf and its authority. */
    public Path leaf(Path folder) throws Exception {
        return Files.write(folder.resolve("leaf.pem"), chain("leaf"));
    }

    public Path key(Path folder) throws Exception {
        return Files.writeString(folder.resolve("leaf-key.pem"),
                pem("PRIVATE KEY", store.getKey("leaf", PASSWORD).getEncoded()));
    }

    private static byte[] pem(Certificate... certificates) throws Exception {
        StringBuilder text = new StringBuilder();
        for (Certificate certificate : certificates) {
            text.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return text.toString().getBytes();
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(bytes)
                + "\n-----END " + what + "-----\n";
    }
}
