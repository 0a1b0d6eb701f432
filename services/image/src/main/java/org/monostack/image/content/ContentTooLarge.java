package org.monostack.image.content;

/** More content than an image may have. */
public final class ContentTooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ContentTooLarge(long limit) {
        super(
                "The image is larger than the " + limit + " bytes that are allowed.",
                null,
                false,
                false);
    }
}
