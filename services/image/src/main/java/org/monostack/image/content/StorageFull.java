package org.monostack.image.content;

/** The file system has no room for a content. */
public final class StorageFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StorageFull() {
        super("There is not enough disk space on the image storage media.", null, false, false);
    }
}
