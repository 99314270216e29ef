package io.payroute.platform.hawtio;

import javax.management.JMException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.engine.DefaultManagementNameStrategy;
import org.apache.camel.management.JmxManagementStrategy;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.ModelToXMLDumper;
import org.apache.camel.xml.LwModelToXMLDumper;
import org.jboss.logging.Logger;

import io.payroute.platform.config.Started;
import io.quarkus.arc.Unremovable;

/**
 * Gives the context its name in JMX and what draws a route: this runtime has neither, unless an extension is there that could also
 * run routes of XML. Its MBeans are there when everything runs.
 */
@ApplicationScoped
@Unremovable
class ManagedRoutes implements CamelContextCustomizer {

    private static final Logger LOG = Logger.getLogger(ManagedRoutes.class);

    private LateAgent agent;

    @Override
    public void configure(CamelContext context) {
        context.setManagementNameStrategy(new DefaultManagementNameStrategy(context));
        context.getCamelContextExtension().addContextPlugin(ModelToXMLDumper.class, new LwModelToXMLDumper());
        if (context.getManagementStrategy() instanceof JmxManagementStrategy strategy) {
            agent = new LateAgent(context);
            // What is configured (camel.main.jmx-management-...) has been given to the one that it replaces.
            agent.setMBeansLevel(strategy.getManagementAgent().getMBeansLevel());
            agent.setStatisticsLevel(strategy.getManagementAgent().getStatisticsLevel());
            strategy.setManagementAgent(agent);
        }
    }

    void register(@Observes Started started) {
        register();
    }

    /** Also for whoever opens the console at once. */
    void register() {
        if (agent != null) {
            try {
                agent.registerWaiting();
            } catch (JMException e) {
                LOG.warnf(e, "event=jmx-incomplete");
            }
        }
    }
}
