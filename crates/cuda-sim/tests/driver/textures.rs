use std::ptr::null_mut;

use crate::support::*;

const INVALID: CUresult = CUresult::CUDA_ERROR_INVALID_VALUE;

fn array(flags: u32) -> CUarray {
    let mut array = std::ptr::null_mut();
    let descriptor = CUDA_ARRAY3D_DESCRIPTOR {
        Width: 16,
        Height: 8,
        Depth: 0,
        Format: CUarray_format::CU_AD_FORMAT_FLOAT,
        NumChannels: 1,
        Flags: flags,
    };
    ok!(cuArray3DCreate_v2(&mut array, &descriptor));
    array
}

fn resource(array: CUarray) -> CUDA_RESOURCE_DESC {
    let mut resource =
        CUDA_RESOURCE_DESC { resType: CUresourcetype::CU_RESOURCE_TYPE_ARRAY, ..Default::default() };
    resource.res.array.hArray = array;
    resource
}

#[test]
fn a_texture_object_gives_back_what_it_was_made_of() {
    let _gpu = Gpu::new();
    let array = array(0);
    let description = CUDA_TEXTURE_DESC { flags: 2, ..Default::default() };
    let (mut object, mut seen, mut read) = (0, CUDA_RESOURCE_DESC::default(), CUDA_TEXTURE_DESC::default());
    let mut view = CUDA_RESOURCE_VIEW_DESC::default();

    ok!(cuTexObjectCreate(&mut object, &resource(array), &description, std::ptr::null()));
    ok!(cuTexObjectGetResourceDesc(&mut seen, object));
    ok!(cuTexObjectGetTextureDesc(&mut read, object));

    // SAFETY: the object was made of an array, so that is what the description has.
    assert_eq!(unsafe { seen.res.array.hArray }, array);
    assert_eq!(read.flags, 2);
    assert_eq!(cu!(cuTexObjectGetResourceViewDesc(&mut view, object)), INVALID, "there is no view");
    ok!(cuTexObjectDestroy(object));
    assert_eq!(cu!(cuTexObjectGetResourceDesc(&mut seen, object)), INVALID);
    assert_eq!(cu!(cuTexObjectDestroy(object)), INVALID);
    ok!(cuArrayDestroy(array));
}

#[test]
fn textures_of_what_does_not_exist_are_refused() {
    let gpu = Gpu::new();
    let array = array(0);
    let description = CUDA_TEXTURE_DESC::default();
    let wrong = CUDA_TEXTURE_DESC { flags: 0x100, ..Default::default() };
    let mut object = 0;
    let mut create = |resource: *const CUDA_RESOURCE_DESC, description: *const CUDA_TEXTURE_DESC| {
        cu!(cuTexObjectCreate(&mut object, resource, description, std::ptr::null()))
    };

    assert_eq!(create(std::ptr::null(), &description), INVALID);
    assert_eq!(create(&resource(array), std::ptr::null()), INVALID);
    assert_eq!(create(&resource(array), &wrong), INVALID);
    let memory = gpu.alloc(4096);
    let mut linear =
        CUDA_RESOURCE_DESC { resType: CUresourcetype::CU_RESOURCE_TYPE_LINEAR, ..Default::default() };
    for (address, size, expected) in [(memory, 4096, OK), (memory + 4, 64, INVALID), (memory, 8192, INVALID)]
    {
        linear.res.linear.devPtr = address;
        linear.res.linear.sizeInBytes = size;
        linear.res.linear.format = CUarray_format::CU_AD_FORMAT_FLOAT;
        linear.res.linear.numChannels = 1;
        assert_eq!(create(&linear, &description), expected, "{size} bytes at {address:#x}");
    }
    ok!(cuArrayDestroy(array));
    assert_eq!(create(&resource(array), &description), CUresult::CUDA_ERROR_INVALID_HANDLE);
    ok!(cuTexObjectDestroy(object));
    ok!(cuMemFree_v2(memory));
}

#[test]
fn a_surface_needs_an_array_that_was_made_for_it() {
    let _gpu = Gpu::new();
    let (plain, surface) = (array(0), array(CUDA_ARRAY3D_SURFACE_LDST));
    let (mut object, mut seen) = (0, CUDA_RESOURCE_DESC::default());

    assert_eq!(cu!(cuSurfObjectCreate(&mut object, &resource(plain))), INVALID);
    ok!(cuSurfObjectCreate(&mut object, &resource(surface)));
    ok!(cuSurfObjectGetResourceDesc(&mut seen, object));

    // SAFETY: a surface is made of an array, so that is what the description has.
    assert_eq!(unsafe { seen.res.array.hArray }, surface);
    ok!(cuSurfObjectDestroy(object));
    assert_eq!(cu!(cuSurfObjectDestroy(object)), INVALID);
    ok!(cuArrayDestroy(plain));
    ok!(cuArrayDestroy(surface));
}

#[test]
fn levels_of_a_mipmapped_array_are_arrays_of_half_the_sides() {
    let gpu = Gpu::new();
    let free = gpu.free_bytes();
    let whole = CUDA_ARRAY3D_DESCRIPTOR {
        Width: 12,
        Height: 5,
        Depth: 0,
        Format: CUarray_format::CU_AD_FORMAT_UNSIGNED_INT32,
        NumChannels: 1,
        Flags: 0,
    };
    let (mut mipmapped, mut level, mut found) = (null_mut(), null_mut(), whole);
    ok!(cuMipmappedArrayCreate(&mut mipmapped, &whole, 100));

    let mut sides = Vec::new();
    while cu!(cuMipmappedArrayGetLevel(&mut level, mipmapped, sides.len() as u32)) == OK {
        ok!(cuArray3DGetDescriptor_v2(&mut found, level));
        sides.push((found.Width, found.Height));
    }
    let (source, mut back) = ([7u32], [0u32]);
    ok!(cuMipmappedArrayGetLevel(&mut level, mipmapped, 3));
    ok!(cuMemcpyHtoA_v2(level, 0, source.as_ptr().cast(), 4));
    ok!(cuMemcpyAtoH_v2(back.as_mut_ptr().cast(), level, 0, 4));
    ok!(cuMipmappedArrayDestroy(mipmapped));

    assert_eq!((sides, back), (vec![(12, 5), (6, 2), (3, 1), (1, 1)], source));
    let invalid = CUresult::CUDA_ERROR_INVALID_HANDLE;
    assert_eq!(cu!(cuArray3DGetDescriptor_v2(&mut found, level)), invalid);
    assert_eq!(cu!(cuMipmappedArrayDestroy(mipmapped)), invalid);
    assert_eq!(cu!(cuMipmappedArrayCreate(&mut mipmapped, &whole, 0)), CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(gpu.free_bytes(), free);
}
