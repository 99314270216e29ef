package io.payroute.platform.hawtio;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.engine.DefaultManagementNameStrategy;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.ModelToXMLDumper;
import org.apache.camel.xml.LwModelToXMLDumper;

import io.quarkus.arc.Unremovable;

/**
 * Gives the context its name in JMX and what draws a route: this runtime has neither, unless an extension is there that could also
 * run routes of XML.
 */
@ApplicationScoped
@Unremovable
class ManagedRoutes implements CamelContextCustomizer {

    @Override
    public void configure(CamelContext context) {
        context.setManagementNameStrategy(new DefaultManagementNameStrategy(context));
        context.getCamelContextExtension().addContextPlugin(ModelToXMLDumper.class, new LwModelToXMLDumper());
    }
}
