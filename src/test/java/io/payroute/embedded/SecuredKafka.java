package io.payroute.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A broker that asks for what a managed one asks for: a password, TLS, or both. */
public final class SecuredKafka implements AutoCloseable {

    private static final String PASSWORD = "for-this-test-only";
    private static final String JAAS = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"payroute\" "
            + "password=\"" + PASSWORD + "\"";

    private static byte[] keys;
    private final EmbeddedKafka server;
    private final Map<String, String> client = new HashMap<>();

    private SecuredKafka(EmbeddedKafka server) {
        this.server = server;
    }

    /** @param protocol SASL_PLAINTEXT, SSL or SASL_SSL */
    public static SecuredKafka start(Path folder, String protocol) throws Exception {
        Path keys = Files.write(folder.resolve("keys.p12"), keys());
        Map<String, String> settings = new HashMap<>(Map.of("listener.security.protocol.map",
                "PLAINTEXT:" + protocol + ",CONTROLLER:PLAINTEXT", "ssl.keystore.location", keys.toString(),
                "ssl.keystore.password", PASSWORD, "ssl.keystore.type", "PKCS12", "ssl.truststore.location", keys.toString(),
                "ssl.truststore.password", PASSWORD, "ssl.truststore.type", "PKCS12", "auto.create.topics.enable", "false"));
        settings.put("sasl.enabled.mechanisms", "PLAIN");
        settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        settings.put("listener.name.plaintext.plain.sasl.jaas.config", JAAS + " user_payroute=\"" + PASSWORD + "\";");
        EmbeddedKafka broker = new EmbeddedKafka(folder.resolve("kafka"), 0, settings);
        broker.start();
        SecuredKafka kafka = new SecuredKafka(broker);
        kafka.client.put("kafka.bootstrap-servers", kafka.server.addresses().get("embedded.kafka.bootstrap-servers"));
        kafka.client.put("kafka.security.protocol", protocol);
        if (protocol.startsWith("SASL")) {
            kafka.client.put("kafka.sasl.mechanism", "PLAIN");
            kafka.client.put("kafka.sasl.jaas.config", JAAS + ";");
        }
        if (protocol.endsWith("SSL")) {
            kafka.client.put("kafka.ssl.truststore.location", keys.toString());
            kafka.client.put("kafka.ssl.truststore.password", PASSWORD);
            kafka.client.put("kafka.ssl.truststore.type", "PKCS12");
        }
        return kafka;
    }

    /** The keys of ours that a client needs. */
    public Map<String, String> client() {
        return client;
    }

    /** The same for all. */
    private static synchronized byte[] keys() throws Exception {
        if (keys == null) {
            Path file = Files.createTempDirectory(Path.of("target"), "keys").resolve("keys.p12");
            keytool("-genkeypair -alias broker -keyalg RSA -keysize 2048 -dname CN=localhost -ext san=ip:127.0.0.1 "
                    + "-storetype PKCS12 -storepass " + PASSWORD + " -keystore " + file);
            keys = Files.readAllBytes(file);
        }
        return keys;
    }

    private static void keytool(String arguments) throws Exception {
        List<String> command = List.of((System.getProperty("java.home") + "/bin/keytool " + arguments).split(" "));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
