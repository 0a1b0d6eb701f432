package org.monostack.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.monostack.image.api.ImageAccess;
import org.monostack.image.api.ImageErrors;
import org.monostack.image.api.ImageFileApi;
import org.monostack.image.api.ImagePolicy;
import org.monostack.image.api.ImagesApi;
import org.monostack.image.api.ImportApi;
import org.monostack.image.api.InfoApi;
import org.monostack.image.api.MembersApi;
import org.monostack.image.api.MetadefAccess;
import org.monostack.image.api.MetadefItemsApi;
import org.monostack.image.api.MetadefNamespacesApi;
import org.monostack.image.api.Schemas;
import org.monostack.image.api.TasksApi;
import org.monostack.image.content.ContentDirectory;
import org.monostack.image.content.Uploads;
import org.monostack.image.invariant.ContentInvariants;
import org.monostack.image.model.Image;
import org.monostack.image.operation.ImportImage;
import org.monostack.image.operation.WebDownload;
import org.monostack.image.store.ImageList;
import org.monostack.image.store.ImageStore;
import org.monostack.image.store.MemberStore;
import org.monostack.image.store.MetadefStore;
import org.monostack.image.store.TaskStore;
import org.monostack.platform.database.Database;
import org.monostack.platform.http.Authenticator;
import org.monostack.platform.http.HttpService;
import org.monostack.platform.http.LocalClient;
import org.monostack.platform.http.Routes;
import org.monostack.platform.invariant.Invariant;
import org.monostack.platform.operation.Operations;
import org.monostack.platform.policy.Policy;
import org.monostack.platform.telemetry.StoryTeller;

/**
 * Wires the image service. Expects its schema to be migrated. {@link #recover} is called once,
 * after that and before the listener and the operations start.
 */
public final class ImageModule {
    /** The schema that {@link Database#migrate} makes for this service. */
    public static final String SCHEMA = "image";

    private final Database database;
    private final ImageStore imageStore;
    private final ContentDirectory directory;
    private final Images images;
    private final HttpService httpService;

    /**
     * @param policyOverrides an operator's checks in the place of the defaults, by rule name
     */
    public ImageModule(
            Database database,
            ImageConfig config,
            Authenticator authenticator,
            Operations operations,
            Map<String, ?> policyOverrides) {
        this.database = database;
        imageStore = new ImageStore();
        MemberStore members = new MemberStore();
        TaskStore tasks = new TaskStore();
        directory = new ContentDirectory(config.dataDirectory(), config.maxImageBytes());
        Uploads uploads = new Uploads(database, imageStore, directory);
        Policy policy = ImagePolicy.defaults().with(policyOverrides);
        ImportImage importImage =
                new ImportImage(database, imageStore, tasks, directory, new WebDownload());
        operations.register(importImage);

        ImageAccess access = new ImageAccess(imageStore, members);
        Routes routes = new Routes().keepAnswers(database, SCHEMA);
        new InfoApi(config, new Schemas(config)).route(routes);
        new ImagesApi(database, config, imageStore, new ImageList(imageStore), access, uploads)
                .route(routes);
        new ImageFileApi(database, access, uploads, directory, config.maxImageBytes())
                .route(routes);
        new MembersApi(database, access, members).route(routes);
        new ImportApi(database, config, access, imageStore, tasks, operations, importImage)
                .route(routes);
        new TasksApi(database, config, access, tasks).route(routes);
        MetadefStore metadefs = new MetadefStore();
        MetadefAccess metadefAccess = new MetadefAccess(metadefs);
        new MetadefNamespacesApi(database, config, metadefs, metadefAccess).route(routes);
        new MetadefItemsApi(database, metadefs, metadefAccess).route(routes);
        httpService =
                new HttpService(
                        "image",
                        routes,
                        new ImageErrors(),
                        Optional.empty(),
                        authenticator,
                        policy);
        images =
                new StoredImages(
                        database,
                        imageStore,
                        members,
                        directory,
                        uploads,
                        policy,
                        new LocalClient(httpService));
    }

    /**
     * Puts right what an ended process left: uploads that were cut off are queued again, and files
     * that no image names are removed.
     */
    public void recover() {
        database.run(imageStore::abandonAllUploads);
        directory.sweep(database.inTransaction(imageStore::namedKeys));
    }

    /** What must be true of images and their files. */
    public List<Invariant> invariants() {
        return new ContentInvariants(database, imageStore, directory).all();
    }

    /** What images are, for explanations. */
    public StoryTeller storyTeller() {
        return (tx, id) -> {
            try {
                return imageStore.find(tx, UUID.fromString(id)).map(ImageModule::subject);
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        };
    }

    private static StoryTeller.Subject subject(Image image) {
        return new StoryTeller.Subject(
                "image",
                image.id().toString(),
                "image " + image.name().orElse("without a name") + ", " + image.status().wire(),
                List.of());
    }

    /** For other services of this process. */
    public Images images() {
        return images;
    }

    public HttpService httpService() {
        return httpService;
    }
}
