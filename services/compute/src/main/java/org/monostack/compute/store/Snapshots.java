package org.monostack.compute.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.monostack.compute.model.Flavor;
import org.monostack.compute.model.ImageRef;
import org.monostack.platform.json.Json;

/**
 * The copies of flavor and image that servers keep as JSON. Thousands of servers hold the same few
 * texts, so what a text means is remembered; a text always means the same, so nothing of this can
 * get stale, and it is forgotten altogether when it gets large. Thread-safe; what it gives is
 * shared and must not be changed.
 */
final class Snapshots {
    private static final int MOST = 1000;

    private static final Map<String, Flavor> FLAVORS = new ConcurrentHashMap<>();
    private static final Map<String, ImageRef> IMAGES = new ConcurrentHashMap<>();

    private Snapshots() {}

    static Flavor flavor(String json) {
        return remembered(FLAVORS, json, Flavor.class);
    }

    static ImageRef image(String json) {
        return remembered(IMAGES, json, ImageRef.class);
    }

    private static <T> T remembered(Map<String, T> known, String json, Class<T> type) {
        T value = known.get(json);
        if (value == null) {
            value = Json.read(json, type);
            if (known.size() >= MOST) {
                known.clear();
            }
            known.put(json, value);
        }
        return value;
    }
}
