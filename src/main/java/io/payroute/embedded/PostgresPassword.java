package io.payroute.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.Set;

/**
 * The password of the embedded PostgreSQL: other users of the machine reach loopback too. Made once and kept beside the data,
 * for its owner alone. A cluster from before that trusted everybody is given it, and one whose file was lost a new one; the
 * data is not touched.
 */
final class PostgresPassword {

    static final String FILE = "postgres-password";

    private static final String AUTHENTICATION = "pg_hba.conf";
    private static final String TRUST = "trust";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ALONE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path cluster;
    private final Path file;
    private final String value;
    private final boolean toBeSet;

    /** @param cluster the folder of the cluster, which may be empty still */
    PostgresPassword(Path cluster) throws IOException {
        this.cluster = cluster;
        file = cluster.resolveSibling(FILE);
        boolean known = Files.exists(file);
        if (!known) {
            make();
        }
        value = Files.readString(file).strip();
        toBeSet = Files.exists(cluster.resolve(AUTHENTICATION)) && (!known || trusts());
        if (toBeSet) {
            demand(TRUST);
        }
    }

    private void make() throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Path part = Files.createTempFile(file.toAbsolutePath().getParent(), FILE, ".part", OWNER_ALONE);
        Files.writeString(part, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean trusts() throws IOException {
        return Files.readAllLines(cluster.resolve(AUTHENTICATION)).stream()
                .anyMatch(line -> !line.startsWith("#") && line.contains(TRUST));
    }

    private void demand(String method) throws IOException {
        Files.writeString(cluster.resolve(AUTHENTICATION), "host all all 127.0.0.1/32 " + method + "\n");
    }

    /** For {@code initdb}. */
    Path file() {
        return file;
    }

    String value() {
        return value;
    }

    /** Once the server runs; a kill in between leaves a cluster that is given the password at the next start. */
    void secure(Statement statement) throws SQLException, IOException {
        if (toBeSet) {
            statement.execute("ALTER USER postgres PASSWORD '" + value + "'");
            demand("scram-sha-256");
            statement.execute("SELECT pg_reload_conf()");
        }
    }
}
