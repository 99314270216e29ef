package io.payroute.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.testing.RawConnection;

import static org.assertj.core.api.Assertions.assertThat;

/** docs/security.md against the packaged application: the libraries that it holds, and the bytes that the advisories send. */
@Timeout(120)
class AdvisoriesIT {

    private static final Path LIBRARIES = Path.of("target/quarkus-app/lib/main");
    private static final String HEAD = "POST /pay HTTP/1.1\r\nContent-Type: application/json\r\n";
    private static final String SECOND = "GET /openapi.yaml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    private final Application application = Application.shared();

    @ParameterizedTest
    @CsvSource({"io.netty.netty-,4.1.138", "org.apache.kafka.kafka-clients-,4.1.2",
            "org.apache.httpcomponents.core5.httpcore5-,5.4.3", "org.postgresql.postgresql-,42.7.11"})
    void shouldPackageWhatClosesTheAdvisories(String library, String oldest) throws Exception {
        // When
        List<String> packaged;
        try (Stream<Path> files = Files.list(LIBRARIES)) {
            packaged = files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(library))
                    .map(name -> name.replaceFirst(".*-(?=\\d+[.]\\d+[.])", "")).toList();
        }

        // Then
        assertThat(packaged).isNotEmpty().allMatch(version -> isAtLeast(version, oldest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: 127.0.0.1\r\nHost: y\r\nContent-Length: 2\r\n\r\n{}", "Content-Length: 2\r\n\r\n{}",
            "Host: 127.0.0.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: 127.0.0.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "Host: 127.0.0.1\r\nTransfer-Encoding: identity, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"})
    void shouldRefuseAndCloseWhatCanBeReadInTwoWays(String rest) throws Exception {
        // When
        String answer = RawConnection.exchange(application.httpPort(), HEAD + rest + SECOND);

        // Then
        assertThat(answer).startsWith("HTTP/1.1 400").containsOnlyOnce("HTTP/1.1 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2;a=\"\r\n{}\r\n0\r\n\r\n", "2;a=\"\\\r\n\"\r\n{}\r\n0\r\n\r\n", "2;a=\n\r\n{}\r\n0\r\n\r\n"})
    void shouldServeNothingBehindAChunkThatCanBeReadInTwoWays(String chunks) throws Exception {
        // When
        String answer = RawConnection.exchange(application.httpPort(),
                HEAD + "Host: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + SECOND);

        // Then
        assertThat(answer).doesNotContain(" 200 ", "openapi");
    }

    @Test
    void shouldNotSpeakHttp2UnlessWanted() throws Exception {
        // When
        byte[] greeting = RawConnection.greetWithHttp2(application.httpPort());
        byte[] probes = RawConnection.greetWithHttp2(application.managementPort());
        String upgrade = RawConnection.exchange(application.httpPort(), "GET /openapi.yaml HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
                + SECOND.replace("Host", "Connection: close\r\nHost"));

        // Then
        assertThat(List.of(new String(greeting), new String(probes)))
                .allSatisfy(answer -> assertThat(answer).containsPattern("^HTTP/\\S+ [45]\\d\\d "));
        assertThat(upgrade).startsWith("HTTP/1.1 200");
    }

    /** gRPC is HTTP/2. */
    @Test
    void shouldCloseHeadersThatNeverEnd() throws Exception {
        assertThat(RawConnection.closesEndlessHeaders(application.grpcPort(), 100_000)).isTrue();
    }

    private static boolean isAtLeast(String version, String oldest) {
        String[] have = version.split("\\D+");
        String[] need = oldest.split("\\D+");
        for (int i = 0; i < need.length; i++) {
            int difference = Integer.parseInt(have[i]) - Integer.parseInt(need[i]);
            if (difference != 0) {
                return difference > 0;
            }
        }
        return true;
    }
}
