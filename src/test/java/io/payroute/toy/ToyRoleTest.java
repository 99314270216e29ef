package io.payroute.toy;

import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.payroute.platform.Defaults;
import io.payroute.platform.http.Problems;
import io.payroute.platform.route.RouteRules;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a new role needs: this folder, {@code roles/toy.properties}, {@code routes/toy}, {@code db/toy}, and its name in the list of
 * the roles. No other file says anything of it.
 */
class ToyRoleTest {

    private static final Defaults DEFAULTS = new Defaults(Defaults::packaged, List.of("payment", "notification", ToyRole.NAME));

    private final TestDatabase database = TestDatabase.create(ToyRole.NAME);
    private final DefaultCamelContext context = Routes.context();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldHaveItsFlagItsDatabaseAndItsRoutesByItsName() {
        // When
        Map<String, String> made = DEFAULTS.ofRoles();

        // Then
        assertThat(made).containsEntry("role.toy", "true").containsEntry("quarkus.datasource.toy.active", "${role.toy}")
                .containsEntry("toy.jdbc.url", "${TOY_JDBC_URL:${embedded.postgres.toy.jdbc-url}}")
                .containsEntry("quarkus.datasource.toy.jdbc.url", "${toy.jdbc.url}")
                .containsEntry("quarkus.flyway.toy.locations", "db/platform,db/toy").containsEntry("toy.greeting", "Hello");
        assertThat(made.get("camel.main.routes-include-pattern")).endsWith(",classpath:routes/toy/*.camel.yaml");
    }

    @Test
    void shouldBuildAVerbOfThePlatformsParts() throws Exception {
        // Given
        start();

        // When
        Exchange first = greet("order-1", "ada");
        Exchange repeated = greet("order-1", "ada");
        Exchange another = greet("order-2", "bob");

        // Then
        assertThat(repeated.getMessage().getBody(String.class)).isEqualTo(first.getMessage().getBody(String.class));
        assertThat(another.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(403);
        assertThat(database.rows("SELECT name FROM greeting")).containsExactly("ada");
        assertThat(database.rows("SELECT topic FROM outbox")).containsExactly("toy.greeted");
    }

    @Test
    void shouldHaveRoutesThatKeepTheRules() throws Exception {
        // Given
        load();

        // When
        List<String> broken = RouteRules.broken(context.getRouteDefinitions(), DEFAULTS.roles(), context
                .getRouteConfigurationDefinitions().stream().map(RouteConfigurationDefinition::getId).toList(), List.of());

        // Then
        assertThat(broken).isEmpty();
    }

    private void load() throws Exception {
        context.getPropertiesComponent().setInitialProperties(DEFAULTS.all());
        context.getRegistry().bind("greet", new Greet(database.dataSource(), DEFAULTS.ofRoles().get("topic.toy-greeted")));
        context.getRegistry().bind("problems", new Problems());
        Routes.load(context, "shared/error-handling.camel.yaml", "toy/10-greet.camel.yaml", "toy/90-outbox.camel.yaml");
    }

    private void start() throws Exception {
        load();
        // What publishes needs a broker.
        context.removeRouteDefinition(context.getRouteDefinition("toy-outbox"));
        AdviceWith.adviceWith(context, "toy-greet", route -> route.replaceFromWith("direct:greet"));
        context.start();
    }

    private Exchange greet(String key, String name) {
        return context.createFluentProducerTemplate().to("direct:greet").withHeader("X-Payroute-User", "ada")
                .withHeader("Idempotency-Key", key).withBody(name).send();
    }
}
