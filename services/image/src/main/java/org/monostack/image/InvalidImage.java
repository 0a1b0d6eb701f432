package org.monostack.image;

/** Content that is not what the image's disk format says, or that is not safe to open. */
public final class InvalidImage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidImage(String message) {
        super(message, null, false, false);
    }
}
