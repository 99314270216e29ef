package io.payroute.user;

import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

import jakarta.persistence.EntityManagerFactory;

import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.jpa.JpaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.payroute.platform.Refusal;
import io.payroute.proto.user.AuthenticateUserRequest;
import io.payroute.proto.user.GetUserRequest;
import io.payroute.proto.user.RefreshTokensRequest;
import io.payroute.proto.user.RegisterUserRequest;
import io.payroute.proto.user.UserResponse;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;

/** The routes as they stand, from the method on; the step that reads by JPA reads a real database. */
class UserRoutesTest {

    private static TestDatabase database;
    private static EntityManagerFactory entities;

    @TempDir
    Path folder;

    private final DefaultCamelContext context = Routes.context();
    private TestUsers users;

    /** Fails where entities and tables do not fit each other. */
    @BeforeAll
    static void create() {
        database = TestDatabase.create(UserRole.NAME);
        entities = new HibernatePersistenceConfiguration(UserRole.NAME).managedClass(Account.class)
                .property(AvailableSettings.JAKARTA_NON_JTA_DATASOURCE, database.dataSource())
                .property(AvailableSettings.HBM2DDL_AUTO, "validate").createEntityManagerFactory();
    }

    @AfterAll
    static void close() {
        entities.close();
    }

    @BeforeEach
    void start() throws Exception {
        database.clear();
        users = new TestUsers(database, folder);
        context.getPropertiesComponent().addOverrideProperty("role.user", "true");
        context.getRegistry().bind("registerUser", users.register);
        context.getRegistry().bind("authenticateUser", users.authenticate);
        context.getRegistry().bind("refreshTokens", users.refresh);
        context.getRegistry().bind("findUser", new FindUser());
        context.getRegistry().bind(UserRole.NAME, entities);
        JpaComponent jpa = new JpaComponent();
        jpa.setTransactionStrategy(Runnable::run);
        jpa.setJoinTransaction(false);
        context.addComponent("jpa", jpa);
        Routes.load(context, "shared/error-handling.camel.yaml", "user/20-grpc-server.camel.yaml");
        AdviceWith.adviceWith(context, "user-grpc-server", route -> route.replaceFromWith("direct:call"));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void shouldFindAPersonByJpa() throws Exception {
        // Given
        UserResponse made = users.register("ada@example.com");
        users.register("eve@example.com");

        // When
        Exchange answer = call("getUser", GetUserRequest.newBuilder().setUserId(made.getUserId()).build());

        // Then
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody()).isEqualTo(made);
    }

    @Test
    void shouldSayThatThereIsNobody() {
        // When
        Exchange answer = call("getUser", GetUserRequest.newBuilder().setUserId(UUID.randomUUID().toString()).build());

        // Then
        assertThat(answer.getException(Refusal.class).kind()).isEqualTo(Refusal.Kind.NOT_FOUND);
    }

    @Test
    void shouldLeadEachMethodToItsVerb() throws Exception {
        // When
        Exchange made = call("registerUser",
                RegisterUserRequest.newBuilder().setEmail("ada@example.com").setPassword(TestUsers.PASSWORD).setName("Ada")
                        .build());
        Exchange wrong = call("authenticateUser",
                AuthenticateUserRequest.newBuilder().setEmail("ada@example.com").setPassword("a wrong one").build());
        String token = users.logIn("ada@example.com", TestUsers.PASSWORD, "").getRefreshToken();
        Exchange refreshed = call("refreshTokens", RefreshTokensRequest.newBuilder().setRefreshToken(token).build());

        // Then
        assertThat(made.getMessage().getBody(UserResponse.class).getEmail()).isEqualTo("ada@example.com");
        assertThat(wrong.getException(Refusal.class).kind()).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
        assertThat(refreshed.getException()).isNull();
        assertThat(database.rows("SELECT spent_at IS NULL FROM refresh_token ORDER BY 1")).containsExactly("f", "t");
    }

    private Exchange call(String method, Object request) {
        return context.createFluentProducerTemplate().to("direct:call").withHeaders(Map.of("CamelGrpcMethodName", method))
                .withBody(request).send();
    }
}
