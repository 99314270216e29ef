package io.payroute.testing;

import org.apache.camel.spi.PropertiesSource;

/**
 * Stands in for the application's configuration in a plain Camel context, which has the properties that its test gives it. The
 * real one is read as a whole for every placeholder, and that starts the embedded servers.
 */
public final class NoProperties implements PropertiesSource {

    @Override
    public String getName() {
        return "none";
    }

    @Override
    public String getProperty(String name) {
        return null;
    }
}
