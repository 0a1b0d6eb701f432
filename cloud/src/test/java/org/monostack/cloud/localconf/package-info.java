@NullMarked
package org.monostack.cloud.localconf;

import org.jspecify.annotations.NullMarked;
