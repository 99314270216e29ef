package io.payroute.platform.reload;

import java.util.List;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.main.events.BeforeStart;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.jboss.logging.Logger;

import io.payroute.platform.ConfigFolder;

/** Adds the routes and route configurations of the folder, in place of the packaged ones of the same ids. */
@ApplicationScoped
public class FolderRoutes {

    private static final Logger LOG = Logger.getLogger(FolderRoutes.class);

    private final RunningFiles running;

    FolderRoutes(RunningFiles running) {
        this.running = running;
    }

    /** Before the wait for the embedded servers. */
    void load(@Observes @Priority(0) BeforeStart starting) throws Exception {
        ConfigFolder folder = ConfigFolder.ofProcess();
        if (folder.exists()) {
            CamelContext context = starting.getCamelContext();
            load(context, folder);
            running.remember(folder);
            LOG.infof("event=config-folder path=%s routes=%d kamelets=%d", folder.path(), folder.routes().size(),
                    folder.kamelets().size());
        }
    }

    static void load(CamelContext context, ConfigFolder folder) throws Exception {
        List<Resource> files = folder.routes().stream()
                .map(file -> PluginHelper.getResourceLoader(context).resolveResource("file:" + file)).toList();
        PluginHelper.getRoutesLoader(context).updateRoutes(files);
    }
}
