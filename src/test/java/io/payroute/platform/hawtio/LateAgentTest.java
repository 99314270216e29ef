package io.payroute.platform.hawtio;

import java.lang.management.ManagementFactory;

import javax.management.MBeanServer;
import javax.management.ObjectName;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LateAgentTest {

    public interface ThingMBean {
        int getSize();
    }

    public static final class Thing implements ThingMBean {
        @Override
        public int getSize() {
            return 1;
        }
    }

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private DefaultCamelContext camel;
    private LateAgent agent;
    private ObjectName name;

    @BeforeEach
    void start() throws Exception {
        camel = new DefaultCamelContext();
        agent = new LateAgent(camel);
        agent.start();
        name = new ObjectName("io.payroute.test:name=late");
    }

    @AfterEach
    void stop() throws Exception {
        agent.stop();
        camel.close();
    }

    @Test
    void shouldRegisterWhenEverythingRuns() throws Exception {
        // Given
        agent.register(new Thing(), name);
        boolean early = server.isRegistered(name);

        // When
        agent.registerWaiting();

        // Then
        assertThat(early).isFalse();
        assertThat(agent.isRegistered(name)).isTrue();
        assertThat(server.isRegistered(name)).isTrue();
    }

    @Test
    void shouldTakeWhatWaitsForRegistered() throws Exception {
        // When
        agent.register(new Thing(), name);

        // Then
        assertThat(agent.isRegistered(name)).isTrue();
    }

    @Test
    void shouldNotRegisterWhatWasRemovedMeanwhile() throws Exception {
        // Given
        agent.register(new Thing(), name);
        agent.unregister(name);

        // When
        agent.registerWaiting();

        // Then
        assertThat(agent.isRegistered(name)).isFalse();
        assertThat(server.isRegistered(name)).isFalse();
    }

    @Test
    void shouldRegisterAtOnceAfterwardsAndRemoveAgain() throws Exception {
        // Given
        agent.registerWaiting();

        // When
        agent.register(new Thing(), name);
        boolean registered = server.isRegistered(name);
        agent.unregister(name);

        // Then
        assertThat(registered).isTrue();
        assertThat(server.isRegistered(name)).isFalse();
    }
}
