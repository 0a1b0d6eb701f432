package org.monostack.image.model;

import java.util.Optional;
import java.util.function.Predicate;

/** Who sees an image that is no administrator. */
public final class Sight {
    private Sight() {}

    /**
     * @param isMember whether the image was offered to a project, accepted or not
     */
    public static boolean sees(Image image, Optional<String> project, Predicate<String> isMember) {
        if (image.visibility().equals("public") || image.visibility().equals("community")) {
            return true;
        }
        if (project.isEmpty()) {
            return false;
        }
        if (image.owner().equals(project)) {
            return true;
        }
        return image.visibility().equals("shared") && isMember.test(project.get());
    }
}
