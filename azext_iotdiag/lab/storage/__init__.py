"""The storage that devices put files into: blobs, and the signatures that open them."""
