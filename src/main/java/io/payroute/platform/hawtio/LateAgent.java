package io.payroute.platform.hawtio;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import javax.management.JMException;
import javax.management.ObjectName;

import org.apache.camel.CamelContext;
import org.apache.camel.management.DefaultManagementAgent;

/**
 * Registers MBeans when everything runs, in the order in which they came: each is described anew by reflection, which would make
 * every start longer. Until then they count as registered, and what is removed meanwhile never is.
 */
final class LateAgent extends DefaultManagementAgent {

    /** What waits, all of it guarded by this; none once there is nothing to wait for. */
    private final Map<ObjectName, Object> waiting = new LinkedHashMap<>();
    private boolean running;

    LateAgent(CamelContext context) {
        super(context);
    }

    @Override
    public void register(Object managed, ObjectName name, boolean force) throws JMException {
        synchronized (waiting) {
            if (!running) {
                waiting.put(name, managed);
                return;
            }
        }
        super.register(managed, name, force);
    }

    @Override
    public boolean isRegistered(ObjectName name) {
        synchronized (waiting) {
            return waiting.containsKey(name) || super.isRegistered(name);
        }
    }

    @Override
    public void unregister(ObjectName name) throws JMException {
        synchronized (waiting) {
            if (waiting.remove(name) != null) {
                return;
            }
        }
        super.unregister(name);
    }

    /** One at a time, so that a route that is stopped meanwhile waits for one only. */
    void registerWaiting() throws JMException {
        while (registerNext()) {
            // The next one.
        }
    }

    private boolean registerNext() throws JMException {
        synchronized (waiting) {
            Iterator<Map.Entry<ObjectName, Object>> all = waiting.entrySet().iterator();
            if (!all.hasNext()) {
                running = true;
                return false;
            }
            Map.Entry<ObjectName, Object> next = all.next();
            all.remove();
            super.register(next.getValue(), next.getKey(), false);
            return true;
        }
    }
}
