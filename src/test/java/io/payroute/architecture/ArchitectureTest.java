package io.payroute.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.camel.AsyncProducer;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.spi.ProducerCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;

import io.payroute.platform.CrashPoint;
import io.payroute.platform.Roles;
import io.payroute.platform.access.Scope;
import io.payroute.testing.EveryAccess;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.payroute");
    private static final DescribedPredicate<JavaClass> JDK = resideInAnyPackage("java..", "javax.crypto..");

    /** Of a properties, YAML or SQL file. */
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*(#|--|COMMENT ON).*$");

    /** Roles whose name says something else, too; by these alone nobody is meant. */
    private static final Set<String> EVERYDAY = Set.of("user", "product", "order");

    static Iterable<String> roles() {
        return Roles.ALL;
    }

    @ParameterizedTest
    @MethodSource("roles")
    void shouldKeepRolesApart(String role) {
        for (String other : Roles.ALL) {
            if (!other.equals(role)) {
                check(noClasses().that().resideInAPackage("io.payroute." + role + "..").should().dependOnClassesThat()
                        .resideInAPackage("io.payroute." + other + ".."));
            }
        }
    }

    /** Roles, then what signed events mean, then the platform, then money: each knows those after it and none before. */
    @Test
    void shouldDependOneWay() {
        String[] roles = Roles.ALL.stream().map(role -> "io.payroute." + role + "..").toArray(String[]::new);
        check(layeredArchitecture().consideringOnlyDependenciesInLayers().layer("roles").definedBy(roles).layer("provider")
                .definedBy("io.payroute.provider..").layer("platform").definedBy("io.payroute.platform..").layer("money")
                .definedBy("io.payroute.money..").whereLayer("roles").mayNotBeAccessedByAnyLayer().whereLayer("provider")
                .mayOnlyBeAccessedByLayers("roles").whereLayer("platform").mayOnlyBeAccessedByLayers("roles", "provider")
                .whereLayer("money").mayOnlyBeAccessedByLayers("roles", "provider", "platform"));
    }

    @Test
    void shouldHaveNoOtherPackages() {
        String[] known = Stream.concat(Roles.ALL.stream(), Stream.of("provider", "platform", "money", "embedded", "proto"))
                .map(name -> "io.payroute." + name + "..").toArray(String[]::new);
        check(classes().should().resideInAnyPackage(known));
    }

    /** A role's messages are its contract with other roles, and nothing to what all of them stand on. */
    @Test
    void shouldHaveSharedPartsThatKnowNoMessageOfARole() {
        check(noClasses().that().resideInAnyPackage("io.payroute.provider..", "io.payroute.platform..", "io.payroute.money..")
                .should().dependOnClassesThat().resideInAPackage("io.payroute.proto.."));
    }

    /** Roles' names, and their scopes or what these begin with. */
    static Stream<String> wordsOfRoles() {
        return Stream.concat(Roles.ALL.stream(),
                EveryAccess.RULES.stream()
                        .flatMap(role -> role.scopes().stream()).map(Scope::word))
                .distinct();
    }

    /** What every role stands on must serve one that nobody has thought of yet. What a comment says is no matter. */
    @ParameterizedTest
    @MethodSource("wordsOfRoles")
    void shouldHaveAPlatformThatNamesNoRole(String word) throws IOException {
        // Given
        List<URI> files = new ArrayList<>(CLASSES.stream().filter(resideInAPackage("io.payroute.platform.."))
                .map(type -> type.getSource().orElseThrow().getUri()).toList());
        Path resources = Path.of("src/main/resources");
        for (String shared : List.of("application.properties", "roles/role.properties", "roles/database.properties",
                "routes/shared", "db/platform")) {
            try (Stream<Path> found = Files.walk(resources.resolve(shared))) {
                files.addAll(found.filter(Files::isRegularFile).map(Path::toUri).toList());
            }
        }

        // When
        List<String> naming = new ArrayList<>();
        for (URI file : files) {
            try (InputStream bytes = file.toURL().openStream()) {
                String text = new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1);
                String code = (file.getPath().endsWith(".class") ? text : COMMENT.matcher(text).replaceAll(""))
                        .toLowerCase(Locale.ROOT);
                if (namesOf(word).anyMatch(code::contains)) {
                    naming.add(file.getPath());
                }
            }
        }

        // Then
        assertThat(files).hasSizeGreaterThan(100);
        assertThat(naming).as("what names " + word).isEmpty();
    }

    private static Stream<String> namesOf(String word) {
        return EVERYDAY.contains(word)
                ? Stream.of("io/payroute/" + word + "/", "role." + word, word + ".jdbc", word + ".grpc", "outbox:" + word)
                : Stream.of(word);
    }

    @Test
    void shouldHavePackagesThatDependOneWay() {
        check(slices().matching("io.payroute.(**)").should().beFreeOfCycles());
    }

    @Test
    void shouldBuildModelsOfTheJdkAndMoneyAlone() {
        check(noClasses().that().resideInAPackage("io.payroute..model..").should().dependOnClassesThat(
                not(JDK.or(resideInAnyPackage("io.payroute.money..", "io.payroute..model..")))));
    }

    @Test
    void shouldBuildMoneyOfTheJdkAlone() {
        check(noClasses().that().resideInAPackage("io.payroute.money..").should()
                .dependOnClassesThat(not(JDK.or(resideInAPackage("io.payroute.money..")))));
    }

    @Test
    void shouldPublishByTheOutboxAlone() {
        check(noClasses().that().resideOutsideOfPackages("io.payroute.platform.kafka..", "io.payroute.platform.outbox..",
                "io.payroute.embedded..", "io.payroute.aggregator.feed..").should()
                .dependOnClassesThat().resideInAPackage("org.apache.kafka.clients.producer.."));
        // It plays the providers, in a process of its own.
        check(noClasses().that().resideOutsideOfPackage("io.payroute.aggregator.feed..").should()
                .dependOnClassesThat().resideInAPackage("io.payroute.aggregator.feed.."));
    }

    /** What a class pushes into a route, no file shows. */
    @Test
    void shouldSendIntoRoutesFromRoutesAlone() {
        check(noClasses().should().dependOnClassesThat().belongToAnyOf(ProducerTemplate.class, FluentProducerTemplate.class,
                AsyncProducer.class, ProducerCache.class));
    }

    @Test
    void shouldUseTheEmbeddedServersNowhere() {
        check(noClasses().that().resideOutsideOfPackage("io.payroute.embedded..").should().dependOnClassesThat()
                .resideInAPackage("io.payroute.embedded.."));
    }

    @Test
    void shouldHaveEdgesThatKnowNeitherQueuesNorTopics() {
        check(noClasses().that()
                .resideInAnyPackage("io.payroute.platform.http..", "io.payroute.platform.grpc..",
                        "io.payroute.platform.access..")
                .should().dependOnClassesThat().resideInAnyPackage("io.payroute.platform.kafka..",
                        "io.payroute.platform.outbox..", "io.payroute.platform.work.."));
    }

    /** What came by Kafka is refused as what came by HTTP is, but not with a status: nobody waits for one. */
    @Test
    void shouldReadTopicsWithoutHttp() {
        check(noClasses().that().resideInAPackage("io.payroute.platform.kafka..").should().dependOnClassesThat()
                .resideInAPackage("io.payroute.platform.http.."));
    }

    @Test
    void shouldReadAndWriteDatabasesWithoutTheDriversOwnClasses() {
        check(noClasses().that().resideOutsideOfPackage("io.payroute.embedded..").should().dependOnClassesThat()
                .resideInAPackage("org.postgresql.."));
    }

    @Test
    void shouldPrintNothing() {
        check(noClasses().that().resideOutsideOfPackages("io.payroute.embedded..", "io.payroute.platform.config..").and()
                .doNotBelongToAnyOf(CrashPoint.class).should().accessField(System.class, "out").orShould()
                .accessField(System.class, "err"));
        check(noClasses().that().resideOutsideOfPackage("io.payroute.embedded..").should()
                .callMethod(Throwable.class, "printStackTrace"));
    }

    @Test
    void shouldNotSleepOrExit() {
        check(noClasses().that().resideOutsideOfPackage("io.payroute.embedded..").should()
                .callMethod(Thread.class, "sleep", long.class));
        check(noClasses().that().resideOutsideOfPackages("io.payroute.embedded..", "io.payroute.platform.command..").should()
                .callMethod(System.class, "exit", int.class));
    }

    @Test
    void shouldGuessNothingThatIsSecret() {
        check(noClasses().that().resideInAnyPackage("io.payroute.platform.access..", "io.payroute.platform.http..").should()
                .dependOnClassesThat().belongToAnyOf(Random.class, ThreadLocalRandom.class));
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
