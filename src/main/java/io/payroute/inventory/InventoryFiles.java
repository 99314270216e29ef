package io.payroute.inventory;

import java.util.List;
import java.util.Set;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.route.QueueSteps;
import io.payroute.platform.route.RoleFiles;

/** What the role requires of its routes. It has no files of its own in the folder. */
public final class InventoryFiles implements RoleFiles {

    @Override
    public QueueSteps steps() {
        return InventoryBeans.STEPS;
    }

    @Override
    public List<Problem> problems(ConfigFolder folder, Set<String> routeIds) {
        return List.of();
    }
}
